// SPDX-License-Identifier: BSD-2-Clause
/** What the keys of a board's table say of each other. */
import type { StartWay } from '../../../../boards/board.js';
import { boards } from '../../../../boards/index.js';
import { nearest } from '../../../base/spelling.js';
import type { LineSettings } from '../serial/settings.js';
import type { StartMethod } from '../uboot/settings.js';
import type { LabMistake } from './check.js';
import type { LabTftp, LabUpload } from './lab-board.js';
import type { Path } from './position.js';

/** A board's table as the schema lets it through. */
export interface Written {
  board?: string;
  virtual?: boolean;
  open_network?: boolean;
  port?: string;
  baud?: number;
  data_bits?: 7 | 8;
  parity?: LineSettings['parity'];
  stop_bits?: 1 | 2;
  flow_control?: LineSettings['flowControl'];
  character_delay?: number;
  tries?: number;
  power?: {
    cycle?: string;
    on?: string;
    off?: string;
    pause?: number;
    limit?: number;
    person?: boolean;
    wait?: number;
  };
  uboot?: {
    prompt?: string;
    autoboot?: string;
    stop_key?: string;
    start?: StartMethod;
    setup?: string[];
    load?: string;
    uuu?: string;
    scratch?: number;
    first_byte?: number;
    autoboot_limit?: number;
    prompt_limit?: number;
  };
  upload?: {
    by?: LabUpload['by'];
    network?: 'dhcp' | { ip: string; netmask?: string };
    baud?: number;
    silence?: number;
    command?: string;
    before?: string;
    tool?: LabUpload['tool'];
    gadget?: string;
    device?: string;
    start?: boolean;
    limit?: number;
  };
}

/** The boards that can be started in this way. */
const named = (way: StartWay) =>
  [...boards.values()]
    .filter(({ start }) => start.includes(way))
    .map(({ name }) => name)
    .join(', ');

/** What one key says of another. */
export function checkBoard(name: string, one: Written, { tftp }: Record<string, unknown>): LabMistake[] {
  const path = ['board', name];
  const found: LabMistake[] = [];
  const add = (what: string, below: Path, detail: LabMistake['detail'] = {}) =>
    found.push({ what, path: [...path, ...below], detail });
  if (!/^\w[\w.-]*$/.test(name))
    add(`"${name}" can't be the name of a folder`, [], {
      expected: 'letters, digits, and _ . - between them',
    });
  const wanted = one.board ?? name;
  if (!boards.has(wanted)) {
    const near = nearest(wanted, boards.keys());
    add(`there is no board ${wanted}`, one.board === undefined ? [] : ['board'], {
      expected: `board: one of ${[...boards.keys()].join(', ')}`,
      ...(near !== undefined && { wayOut: `did you mean "${near}"?` }),
    });
  }
  const board = boards.get(wanted);
  if (one.virtual && board && !board.qemu?.machine.startsWith('virt'))
    add(`${wanted} has no virtual board`, ['virtual'], {
      expected: "a board that is QEMU's virt machine: Debian's U-Boot is built for that",
      ...(board.qemu && { wayOut: `without a lab file QEMU runs it: vmm-harness run --board ${wanted}` }),
    });
  if (one.virtual && one.port !== undefined) add('a virtual board brings its own port', ['port']);
  if (one.virtual && one.power !== undefined) add('a virtual board brings its own power', ['power']);
  if (one.virtual) return found;
  if (one.open_network !== undefined)
    add("only a virtual board's network is ours to open", ['open_network'], { expected: 'virtual = true' });
  if (one.port === undefined) add(`board.${name} has no port`, [], { expected: 'port, or virtual = true' });
  const { cycle, on, off, person } = one.power ?? {};
  if (!person && cycle === undefined && (on === undefined || off === undefined)) {
    add(`board.${name} can't be switched on`, one.power === undefined ? [] : ['power'], {
      expected: 'power: cycle, or on and off, or person = true',
    });
  }
  const { load, uuu } = one.uboot ?? {};
  if (uuu !== undefined && board && !board.start.includes('uuu'))
    add(`${wanted} has no serial download that uuu speaks`, ['uboot', 'uuu'], {
      expected: `a board with a chip of NXP's: ${named('uuu')}`,
    });
  if (uuu !== undefined && load !== undefined)
    add('uuu and load both bring U-Boot', ['uboot', 'load'], { expected: 'one of them' });
  const { by, command } = one.upload ?? {};
  if (by === 'command' && command === undefined) add(`board.${name}.upload has no command`, ['upload']);
  const { root, listen } = (tftp ?? {}) as Partial<LabTftp>;
  if (by === 'tftp' && root === undefined && listen === undefined) {
    add('an upload by TFTP needs a server', ['upload', 'by'], { expected: '[tftp] with root or listen' });
  }
  return found;
}
