// SPDX-License-Identifier: BSD-2-Clause
import type { Board, StartWay, Trial } from '../../../boards/board.js';
import { boards } from '../../../boards/index.js';
import { type BoardState, boardState } from '../../doctor/board-state.js';
import type { Command } from '../command.js';
import { columns } from '../help.js';
import { jsonOption } from '../options.js';

const ways: Record<StartWay, string> = { qemu: 'QEMU', uboot: 'U-Boot', sdcard: 'SD card', uuu: 'uuu' };
const places: Record<Trial['on'], string> = { hardware: 'on hardware', qemu: 'in QEMU', build: 'built only' };

/** What was tried in one place. If nothing was ever tried on hardware, that is shown too. */
function triedRow(on: Trial['on'], { tried }: Board): [string, string][] {
  const there = tried.filter((one) => one.on === on).map(({ what }) => what);
  if (there.length > 0) return [[`  tried ${places[on]}`, there.join('; ')]];
  return on === 'hardware' ? [['  tried on hardware', 'nothing yet']] : [];
}

/** The rows of one board. */
function describe(board: Board, { sdks, lacks }: BoardState): [string, string][] {
  const { name, description, start, limits } = board;
  return [
    [name, description],
    ['  starts by', start.map((way) => ways[way]).join(', ')],
    ['  SDKs here', sdks.join(', ') || 'none'],
    ...triedRow('hardware', board),
    ...triedRow('qemu', board),
    ...triedRow('build', board),
    ...limits.map((limit): [string, string] => ['  known', limit]),
    ...lacks.map((lack): [string, string] => ['  lacks here', lack]),
  ];
}

export const command: Command = {
  name: 'boards',
  endsAtOnce: true,
  summary: 'the boards: what each can do, what was tried, what this machine lacks for it',
  options: jsonOption,
  example: 'vmm-harness boards --json',
  async run({ options }, { print, json }) {
    const list = [...boards.values()];
    const states = await Promise.all(list.map((board) => boardState(board)));
    if (options.json) {
      const rows = list.map((board, i) => ({ ...board, here: states[i] }));
      json({ boards: rows });
    } else {
      const rows = list.flatMap((board, i) => describe(board, states[i] ?? { sdks: [], lacks: [] }));
      print(columns(rows).join('\n'));
    }
    return 0;
  },
};
