// SPDX-License-Identifier: BSD-2-Clause
/** Reads and checks a lab file, and derives what a run needs to know about each board. */
import { dirname, join } from 'node:path';
import type { Board } from '../../../../boards/board.js';
import { boards } from '../../../../boards/index.js';
import { HarnessError } from '../../../base/error.js';
import { limits } from '../../../base/limits.js';
import { readRegularFile } from '../../../base/read-file.js';
import { nearest } from '../../../base/spelling.js';
import { readToml } from '../../../base/toml.js';
import { defaultSettings, type LineSettings } from '../serial/settings.js';
import { defaultUBoot, type StartMethod } from '../uboot/settings.js';
import { checkTable, detailOf } from './check.js';
import { type Filled, filled, type Written } from './filled.js';
import type { Lab, LabBoard, LabTftp } from './lab-board.js';
import { type BoardTable, checkBoard } from './rules.js';
import { boardFields, labFields, labgridFields, tftpFields } from './schema.js';

/** All mistakes of a lab file as one error. */
class LabError extends HarnessError {
  readonly #mistakes: readonly HarnessError[];
  readonly #total: number;

  constructor(mistakes: readonly HarnessError[], total: number) {
    super('usage', mistakes[0]?.message ?? '', mistakes[0]?.detail);
    this.#mistakes = mistakes;
    this.#total = total;
  }

  override explain(): string {
    const more = this.#total - this.#mistakes.length;
    const lines = this.#mistakes.map((mistake) => mistake.explain());
    return [...lines, ...(more > 0 ? [`... and ${more.toLocaleString('en')} more`] : [])].join('\n');
  }
}

/** Reads and checks a lab file. Throws HarnessError (usage) with the place of each mistake. */
export async function loadLab(file: string): Promise<Lab> {
  const bytes = readRegularFile(file, {
    what: 'the lab file',
    limit: limits.lab,
    wayOut: 'docs/lab.md has an example',
  });
  return readLab(bytes.toString(), file);
}

/** The same from the text of a lab file; `file` names it in errors. */
export function readLab(text: string, file: string): Lab {
  const { value: document, where } = readToml(text, file);
  const mistakes = checkTable(document, labFields);
  const boardTables = (document.board ?? {}) as Record<string, BoardTable>;
  if (mistakes.length === 0) {
    for (const [name, one] of Object.entries(boardTables)) mistakes.push(...checkBoard(name, one, document));
  }
  if (mistakes.length > 0) {
    const errors = mistakes
      .slice(0, limits.mistakes.most)
      .map(
        (mistake) =>
          new HarnessError('usage', mistake.what, { ...detailOf(mistake), where: where(mistake.path) }),
      );
    throw new LabError(errors, mistakes.length);
  }
  const tftp = filled((document.tftp ?? {}) as Written<typeof tftpFields>, tftpFields);
  const labgrid = filled((document.labgrid ?? {}) as Written<typeof labgridFields>, labgridFields);
  const entries = Object.entries(boardTables).map(([name, one]) => {
    const board = boards.get(one.board ?? name) as Board;
    return [
      name,
      labBoard(name, board, { where: where(['board', name]), file }, filled(one, boardFields), tftp, labgrid),
    ] as const;
  });
  return new Map(entries);
}

const ms = (seconds: number) => seconds * 1000;

/** uuu's own script for SPL and U-Boot: it waits for the chip's boot ROM on USB and sends the file. */
const serialDownload = (path: string) => `uuu -b spl '${path.replaceAll("'", "'\\''")}'`;

function labBoard(
  name: string,
  board: Board,
  { where, file }: { where: string; file: string },
  one: Filled<typeof boardFields>,
  tftp: LabTftp,
  { client, coordinator }: Filled<typeof labgridFields>,
): LabBoard {
  const { virtual, power, uboot, upload } = one;
  const { cycle, on, off, person } = power;
  const { acquire, release, cancel } = one.lock;
  const { limits } = defaultUBoot;
  return {
    name,
    board,
    where,
    virtual,
    openNetwork: one.open_network,
    run: one.run,
    port: one.port ?? '',
    labgrid:
      one.labgrid === undefined
        ? undefined
        : { client, coordinator, place: one.labgrid, wait: ms(one.labgrid_wait) },
    lock:
      acquire === undefined || release === undefined
        ? undefined
        : { acquire, release, cancel, wait: ms(one.lock.wait) },
    line: {
      baud: one.baud ?? board.baud ?? defaultSettings.baud,
      dataBits: one.data_bits as LineSettings['dataBits'],
      parity: one.parity,
      stopBits: one.stop_bits as LineSettings['stopBits'],
      flowControl: one.flow_control,
      characterDelay: one.character_delay,
    },
    tries: one.tries,
    power: { cycle, on, off, person, pause: ms(power.pause), limit: ms(power.limit), wait: ms(power.wait) },
    uboot: {
      prompt: uboot.prompt,
      autoboot: uboot.autoboot,
      stopKey: uboot.stop_key,
      usualStopKey: board.stopKey ?? defaultUBoot.usualStopKey,
      start: uboot.start ?? (virtual ? virtualStart : defaultUBoot.start),
      setup: uboot.setup,
      scratch: uboot.scratch,
      limits: {
        ...limits,
        firstByte: ms(uboot.first_byte),
        autoboot: ms(uboot.autoboot_limit),
        prompt: ms(uboot.prompt_limit),
      },
    },
    load: uboot.load ?? (uboot.uuu && serialDownload(join(dirname(file), uboot.uuu))),
    upload: {
      ...upload,
      by: upload.by ?? (virtual ? 'tftp' : 'ymodem'),
      silence: ms(upload.silence),
      limit: ms(upload.limit),
    },
    tftp,
  };
}

/** Debian's U-Boot for QEMU hangs in `go`; `bootm` copies the image and computes its checksum once more. */
const virtualStart: StartMethod = 'booti';

/**
 * The board that `--board` names: by the user's name, as the only one of its kind, or with `any:KIND` any free board of
 * that kind. Throws HarnessError (usage).
 */
export function boardInLab(lab: Lab, name: string, file: string): LabBoard {
  const named = lab.get(name);
  if (named) return named;
  const kind = name.replace(/^any:/, '');
  const alike = [...lab.values()].filter(({ board }) => board.name === kind);
  const [first, ...others] = alike;
  if (kind !== name && first) return { ...first, others };
  if (alike.length === 1 && alike[0]) return alike[0];
  const names = alike.length > 1 ? alike.map((one) => one.name) : [...lab.keys()];
  const near = nearest(name, names);
  throw new HarnessError(
    'usage',
    alike.length > 1 ? `several boards are of the kind ${name}` : `there is no board ${name} in the lab`,
    {
      where: file,
      expected: `one of ${names.join(', ')}${alike.length > 1 ? `, or any:${name}` : ''}`,
      ...(near !== undefined && { wayOut: `did you mean ${near}?` }),
    },
  );
}
