// SPDX-License-Identifier: BSD-2-Clause
/** Acts that access memory through the windows. */
import { addressed, encode, type Form, forms } from '../forms.js';
import { isGicAccess, touchesIdentity } from '../pages.js';
import type { Access, Act, Exec, Value } from '../program.js';
import { windowSlots } from '../protocol.js';
import { plainExec, type Scene } from './scene.js';

const window = (offset: number): Value => ({ code: 'window', value: BigInt(offset) });
const small = (value: number): Value => ({ code: value < 256 ? 'u8' : 'u32', value: BigInt(value) });

/** An access of one form. Base register and offset are drawn to give an address that the scene chooses. */
function access(scene: Scene, form: Form): Exec {
  const { immediate } = form;
  const [n, t, t2, s] = distinct(scene);
  const range = immediate === undefined ? 0 : 1 << (immediate.bits - (immediate.signed ? 1 : 0));
  const i =
    range === 0 || scene.chance(50)
      ? 0
      : scene.int(immediate?.signed ? -Math.min(range, 32) : 0, Math.min(range, 32) - 1);
  const unit = immediate?.unit ?? 1;
  const address = scene.address(form.bytes);
  const applied = form.text.includes('], #') ? 0 : i * unit;
  const m = 30;
  const usesM = form.fields.includes('m');
  const index = usesM ? scene.int(-16, 16) : 0;
  const base = address - applied - index;
  const spBase = scene.chance(4);
  const operands = { n: spBase ? 31 : n, t: scene.chance(5) ? 31 : t, t2, s, m, i };
  const { word, text } = encode(
    form,
    form.simd ? { ...operands, t: scene.int(0, 3), t2: scene.int(0, 3) } : operands,
  );
  const el = scene.el();
  const act: Exec = {
    ...plainExec,
    access: accessOf(form, address),
    el,
    spX: el === 1 && scene.chance(80),
    pstate: scene.pstate(),
    simd: form.simd === true,
    words: [word],
    text: [text],
    registers: [
      { id: spBase ? 'sp' : n, value: window(base) },
      ...(usesM
        ? [{ id: m, value: { code: 'u64', value: BigInt.asUintN(64, BigInt(index)) } as Value }]
        : []),
    ],
  };
  return act;
}

/** The access of a form. Pairs and structures have several elements. */
function accessOf({ bytes, text }: Form, address: number): Access {
  const element = /^(ld|st)n?p|^(ld|st)l?a?xp/.test(text) ? bytes / 2 : text.includes('{v0') ? 1 : bytes;
  return {
    address,
    bytes,
    element,
    store: text.startsWith('st') || text.startsWith('cas') || text.startsWith('ldadd'),
  };
}

/** Four distinct registers of x0 to x28. */
function distinct(scene: Scene): [number, number, number, number] {
  const first = scene.int(0, 28);
  const step = scene.int(1, 7);
  const at = (k: number) => (first + k * step) % 29;
  return [at(0), at(1), at(2), at(3)];
}

const store = forms.filter(({ text }) => text.startsWith('st'));
const isExclusive = ({ text }: Form) => /^(ld|st)a?l?x[rp]/.test(text);
const exclusive = forms.filter(isExclusive);

/** A load or store. Few programs have one that is known to differ (known.ts). */
export function common(scene: Scene, from: readonly Form[]): Exec {
  for (;;) {
    const act = access(scene, scene.pick(from));
    if (scene.rare || act.access === undefined || !isKnown(scene, act, act.access)) return act;
  }
}

function isKnown(scene: Scene, { el, simd, text }: Exec, touched: Access): boolean {
  if (scene.mayEndHalfway(touched, el)) return true;
  if (!scene.isEmulated(touched, el)) return false;
  if (!touched.store && touchesIdentity(scene.meets(touched), touched)) return true;
  return simd || /^(ld|st)a?l?x|^prfm/.test(text[0] ?? '') || !isGicAccess(touched);
}

export function memory(scene: Scene): Act[] {
  if (scene.chance(6)) return [exclusivePair(scene)];
  const act = common(scene, scene.chance(30) ? store : forms);
  // SCTLR_EL1.A enables alignment checks.
  if (scene.chance(3)) return [{ ...act, registers: [...act.registers, { id: 'sctlr', value: small(2) }] }];
  return [act];
}

/** Load-exclusive and store-exclusive in one act, with nothing between them. */
function exclusivePair(scene: Scene): Exec {
  const load = scene.pick(exclusive.filter(({ text }) => text.startsWith('ld')));
  const el = scene.el();
  let touched = accessOf(load, scene.address(load.bytes));
  while (!scene.rare && scene.isEmulated(touched, el)) touched = accessOf(load, scene.address(load.bytes));
  const fitting = exclusive.filter(({ text, bytes }) => text.startsWith('st') && bytes === load.bytes);
  const [n, t, t2, s] = distinct(scene);
  const first = encode(load, { n, t, t2 });
  const second = encode(scene.pick(fitting), { n, t, t2, s });
  return {
    ...plainExec,
    el,
    spX: el === 1,
    words: [first.word, second.word],
    text: [first.text, second.text],
    access: { ...touched, store: true },
    registers: [{ id: n, value: window(touched.address) }],
  };
}

export function maintenance(scene: Scene): Act[] {
  const { word, text } = scene.pick(addressed);
  const [n] = distinct(scene);
  const el = scene.chance(25) ? 0 : 1;
  const drawn = scene.address(64);
  // QEMU reports the start of the block as the address of a fault.
  const address = text.startsWith('dc zva') && !scene.rare ? Math.floor(drawn / 64) * 64 : drawn;
  const act: Exec = {
    ...plainExec,
    el,
    spX: el === 1,
    words: [(word | n) >>> 0],
    text: [text.replace('{t}', String(n))],
    registers: [{ id: n, value: window(address) }],
  };
  return [act];
}

export function slots(scene: Scene): Act[] {
  return [{ kind: 'slot', ...scene.change(scene.int(0, windowSlots - 1)) }];
}
