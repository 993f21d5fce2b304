// SPDX-License-Identifier: BSD-2-Clause
/** Reads and writes of registers with a field for each interrupt. They are the same in GICv2 and GICv3. */
import { eachBit } from './bits.js';
import { clearPending, loosen, makePending, origins } from './pending.js';
import type { Register } from './register.js';
import {
  byteSlot,
  enableMask,
  pendMask,
  present,
  readActive,
  readPending,
  replace,
  triggers,
  writeBytes,
  writeTriggers,
} from './register-fields.js';
import { wordOf } from './slots.js';

type Field = Pick<Register, 'read' | 'write' | 'access' | 'perWord'>;

export const group: Field = {
  access: 'rw',
  perWord: 32,
  read: (c, vcpu, n) => c.state.group.word(wordOf(vcpu, n)),
  write: (c, vcpu, n, value, lanes) => {
    const word = wordOf(vcpu, n);
    c.state.group.put(word, replace(c.state.group.word(word), value, lanes) & present(c, n, 32));
  },
};

export const setEnable: Field = {
  access: 'rw',
  perWord: 32,
  read: (c, vcpu, n) => c.state.enabled.word(wordOf(vcpu, n)),
  write: (c, vcpu, n, value, lanes) => {
    const word = wordOf(vcpu, n);
    const enabled = value & lanes & enableMask(c, n) & present(c, n, 32);
    c.state.enabled.put(word, c.state.enabled.word(word) | enabled);
  },
};

export const clearEnable: Field = {
  access: 'rw',
  perWord: 32,
  read: (c, vcpu, n) => c.state.enabled.word(wordOf(vcpu, n)),
  write: (c, vcpu, n, value, lanes) => {
    const word = wordOf(vcpu, n);
    const disabled = value & lanes & enableMask(c, n);
    c.state.enabled.put(word, c.state.enabled.word(word) & ~disabled);
    eachBit(disabled & c.state.loaded.word(word), (bit) => loosen(c, word * 32 + bit));
  },
};

export const setPending: Field = {
  access: 'rw',
  perWord: 32,
  read: readPending,
  write: (c, vcpu, n, value, lanes) => {
    const base = wordOf(vcpu, n) * 32;
    eachBit(value & lanes & pendMask(c, n) & present(c, n, 32), (bit) =>
      makePending(c, base + bit, origins.guest),
    );
  },
};

export const clearPendingBits: Field = {
  access: 'rw',
  perWord: 32,
  read: readPending,
  write: (c, vcpu, n, value, lanes) => {
    const base = wordOf(vcpu, n) * 32;
    eachBit(value & lanes & pendMask(c, n) & present(c, n, 32), (bit) => clearPending(c, base + bit));
  },
};

export const setActive: Field = {
  access: 'rw',
  perWord: 32,
  read: readActive,
  write: (c, vcpu, n, value, lanes) => {
    const word = wordOf(vcpu, n);
    c.state.active.put(word, c.state.active.word(word) | (value & lanes & present(c, n, 32)));
  },
};

export const clearActive: Field = {
  access: 'rw',
  perWord: 32,
  read: readActive,
  write: (c, vcpu, n, value, lanes) => {
    const word = wordOf(vcpu, n);
    c.state.active.put(word, c.state.active.word(word) & ~(value & lanes));
  },
};

export const priority: Field & { readonly bytes: true } = {
  access: 'rw',
  bytes: true,
  perWord: 4,
  read: (c, vcpu, n) => c.state.priority.word(byteSlot(vcpu, n)),
  write: (c, vcpu, n, value, lanes) => {
    if (present(c, n, 4) === 0) return;
    const { priorityMask } = c.config.implementation;
    writeBytes(c.state.priority, byteSlot(vcpu, n), value, lanes, priorityMask);
  },
};

export const trigger: Field = {
  access: 'rw',
  perWord: 16,
  read: triggers,
  write: (c, vcpu, n, value, lanes) => {
    if (present(c, n, 16) !== 0) writeTriggers(c, vcpu, n, value, lanes);
  },
};
