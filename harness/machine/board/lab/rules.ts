// SPDX-License-Identifier: BSD-2-Clause
/** Rules that relate several keys of a board's table. */
import type { StartWay } from '../../../../boards/board.js';
import { boards } from '../../../../boards/index.js';
import { nearest } from '../../../base/spelling.js';
import type { TomlPath } from '../../../base/toml-places.js';
import { portAddress, portForms } from '../serial/address.js';
import type { LabMistake } from './check.js';
import type { Written } from './filled.js';
import type { boardFields, tftpFields } from './schema.js';

/** A board's table that satisfies the schema. */
export type BoardTable = Written<typeof boardFields>;

/** The boards that can be started in this way. */
const named = (way: StartWay) =>
  [...boards.values()]
    .filter(({ start }) => start.includes(way))
    .map(({ name }) => name)
    .join(', ');

/** A place is an argument of labgrid-client, so it must not look like an option or a pattern. */
const placeForm = /^(?:any:\w[\w.-]*=[\w.-]+(?:,\w[\w.-]*=[\w.-]+)*|\w[\w.-]*)$/;

/** Checks the rules that relate several keys. */
export function checkBoard(name: string, one: BoardTable, { tftp }: Record<string, unknown>): LabMistake[] {
  const path = ['board', name];
  const found: LabMistake[] = [];
  const add = (what: string, below: TomlPath, detail: LabMistake['detail'] = {}) =>
    found.push({ what, path: [...path, ...below], detail });
  if (!/^\w[\w.-]*$/.test(name))
    add(`"${name}" cannot be the name of a folder`, [], {
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
  if (one.virtual && one.labgrid !== undefined) add('a virtual board cannot be a labgrid place', ['labgrid']);
  if ((one.virtual || one.labgrid !== undefined) && one.lock !== undefined)
    add('this board cannot be shared, so it needs no lock', ['lock'], {
      expected: 'lock for a board with a port of its own',
    });
  const { acquire, release } = one.lock ?? {};
  if (one.lock !== undefined && (acquire === undefined || release === undefined))
    add(`board.${name}.lock is incomplete`, ['lock'], { expected: 'acquire and release' });
  if (one.run !== undefined) {
    for (const key of ['virtual', 'port', 'labgrid', 'power', 'uboot', 'upload'] as const)
      if (one[key] !== undefined) add(`run starts images by itself, so it excludes ${key}`, [key]);
    return found;
  }
  if (one.virtual) return found;
  if (one.open_network !== undefined)
    add("the harness can open only a virtual board's network", ['open_network'], {
      expected: 'virtual = true',
    });
  if (one.labgrid !== undefined && !placeForm.test(one.labgrid))
    add('this is not a labgrid place', ['labgrid'], { expected: 'a name, or any:KEY=VALUE,...' });
  if (one.port === undefined && one.labgrid === undefined)
    add(`board.${name} has no port`, [], { expected: 'port, labgrid, run, or virtual = true' });
  const address = one.port === undefined ? undefined : portAddress(one.port);
  if (one.port !== undefined && address === undefined)
    add('this is not a serial port', ['port'], { expected: portForms });
  if ((address?.kind === 'tcp' || address?.kind === 'exec') && one.upload?.baud !== undefined)
    add("this port's rate can be set only at its far end", ['upload', 'baud'], {
      expected: 'a device, or rfc2217://HOST:PORT',
    });
  const { cycle, on, off, person } = one.power ?? {};
  if (
    one.labgrid === undefined &&
    !person &&
    cycle === undefined &&
    (on === undefined || off === undefined)
  ) {
    add(`board.${name} cannot be switched on`, one.power === undefined ? [] : ['power'], {
      expected: 'power: cycle, or on and off, or person = true',
    });
  }
  const { load, uuu } = one.uboot ?? {};
  if (uuu !== undefined && board && !board.start.includes('uuu'))
    add(`${wanted} has no serial download mode for uuu`, ['uboot', 'uuu'], {
      expected: `a board with an NXP chip: ${named('uuu')}`,
    });
  if (uuu !== undefined && load !== undefined)
    add('uuu and load both load U-Boot', ['uboot', 'load'], { expected: 'one of them' });
  const { by, command } = one.upload ?? {};
  if (by === 'command' && command === undefined) add(`board.${name}.upload has no command`, ['upload']);
  const { root, listen } = (tftp ?? {}) as Written<typeof tftpFields>;
  if (by === 'tftp' && root === undefined && listen === undefined) {
    add('an upload by TFTP needs a server', ['upload', 'by'], { expected: '[tftp] with root or listen' });
  }
  return found;
}
