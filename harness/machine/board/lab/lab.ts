// SPDX-License-Identifier: BSD-2-Clause
/** A lab file: read, checked, and made into what a run needs to know of each board. */
import { dirname, join } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import type { Board } from '../../../../boards/board.js';
import { boards } from '../../../../boards/index.js';
import { HarnessError } from '../../../base/error.js';
import { limits } from '../../../base/limits.js';
import { readRegularFile } from '../../../base/read-file.js';
import { nearest } from '../../../base/spelling.js';
import { defaultSettings } from '../serial/settings.js';
import { defaultUBoot, type StartMethod } from '../uboot/settings.js';
import { checkTable, detailOf } from './check.js';
import type { Lab, LabBoard, LabTftp } from './lab-board.js';
import { type Path, placesOf } from './position.js';
import { checkBoard, type Written } from './rules.js';
import { labFields } from './schema.js';

/** Every mistake of a lab file at once. */
class LabError extends HarnessError {
  constructor(
    private readonly mistakes: readonly HarnessError[],
    private readonly total: number,
  ) {
    super('usage', mistakes[0]?.message ?? '', mistakes[0]?.detail);
  }

  override explain(): string {
    const more = this.total - this.mistakes.length;
    const lines = this.mistakes.map((mistake) => mistake.explain());
    return [...lines, ...(more > 0 ? [`... and ${more.toLocaleString('en')} more`] : [])].join('\n');
  }
}

/** Reads and checks a lab file. Throws HarnessError (usage) with the place of each mistake. */
export async function loadLab(file: string): Promise<Lab> {
  const bytes = readRegularFile(file, {
    what: 'the lab file',
    limit: limits.lab,
    wayOut: 'docs/lab.md shows one',
  });
  return readLab(bytes.toString(), file);
}

/** The same from its text; `file` is what errors call it. */
export function readLab(text: string, file: string): Lab {
  const document = parsed(text, file);
  const mistakes = checkTable(document, labFields);
  const boardTables = (document.board ?? {}) as Record<string, Written>;
  if (mistakes.length === 0) {
    for (const [name, one] of Object.entries(boardTables)) mistakes.push(...checkBoard(name, one, document));
  }
  const placeOf = placesOf(text);
  const placed = (path: Path) => {
    const { line, column } = placeOf(path);
    return `${file}:${line}:${column}`;
  };
  if (mistakes.length > 0) {
    const errors = mistakes
      .slice(0, limits.mistakes.most)
      .map(
        (mistake) =>
          new HarnessError('usage', mistake.what, { ...detailOf(mistake), where: placed(mistake.path) }),
      );
    throw new LabError(errors, mistakes.length);
  }
  const tftp = (document.tftp ?? {}) as Partial<LabTftp>;
  const entries = Object.entries(boardTables).map(([name, one]) => {
    const board = boards.get(one.board ?? name) as Board;
    return [name, labBoard(name, board, { where: placed(['board', name]), file }, one, tftp)] as const;
  });
  return new Map(entries);
}

function parsed(text: string, file: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what = ''] = error.message.split('\n');
    throw new HarnessError('usage', 'this is not TOML', {
      where: `${file}:${error.line}:${error.column}`,
      got: what.replace(/^Invalid TOML document: /, ''),
    });
  }
}

const ms = (seconds: number | undefined, otherwise: number) => (seconds ?? otherwise) * 1000;

/** uuu's own script for SPL and U-Boot: it waits for the chip's boot ROM on USB and gives it the file. */
const serialDownload = (path: string) => `uuu -b spl '${path.replaceAll("'", "'\\''")}'`;

function labBoard(
  name: string,
  board: Board,
  { where, file }: { where: string; file: string },
  one: Written,
  tftp: Partial<LabTftp>,
): LabBoard {
  const { power = {}, uboot = {}, upload = {}, virtual = false } = one;
  const { limits } = defaultUBoot;
  const { network = 'dhcp' } = upload;
  return {
    ...{ name, board, where, virtual },
    openNetwork: one.open_network ?? false,
    port: one.port ?? '',
    line: {
      baud: one.baud ?? defaultSettings.baud,
      dataBits: one.data_bits ?? defaultSettings.dataBits,
      parity: one.parity ?? defaultSettings.parity,
      stopBits: one.stop_bits ?? defaultSettings.stopBits,
      flowControl: one.flow_control ?? defaultSettings.flowControl,
      characterDelay: one.character_delay ?? defaultSettings.characterDelay,
    },
    tries: one.tries ?? 3,
    power: {
      ...{ cycle: power.cycle, on: power.on, off: power.off, person: power.person ?? false },
      ...{ pause: ms(power.pause, 2), limit: ms(power.limit, 30), wait: ms(power.wait, 60) },
    },
    uboot: {
      prompt: uboot.prompt,
      autoboot: uboot.autoboot ?? defaultUBoot.autoboot,
      stopKey: uboot.stop_key ?? defaultUBoot.stopKey,
      start: uboot.start ?? (virtual ? virtualStart : defaultUBoot.start),
      setup: uboot.setup ?? [],
      scratch: uboot.scratch,
      limits: {
        firstByte: ms(uboot.first_byte, limits.firstByte / 1000),
        autoboot: ms(uboot.autoboot_limit, limits.autoboot / 1000),
        prompt: ms(uboot.prompt_limit, limits.prompt / 1000),
        garbage: limits.garbage,
        echo: limits.echo,
      },
    },
    load: uboot.load ?? (uboot.uuu && serialDownload(join(dirname(file), uboot.uuu))),
    upload: {
      by: upload.by ?? (virtual ? 'tftp' : 'ymodem'),
      network: network === 'dhcp' ? network : { netmask: '255.255.255.0', ...network },
      ...{ baud: upload.baud, command: upload.command, before: upload.before },
      ...{ tool: upload.tool ?? 'fastboot', gadget: upload.gadget ?? 'usb 0', device: upload.device },
      start: upload.start ?? true,
      silence: ms(upload.silence, 25),
      limit: ms(upload.limit, 600),
    },
    tftp: { root: tftp.root, server: tftp.server, listen: tftp.listen, port: tftp.port },
  };
}

/** Debian's U-Boot for QEMU hangs in `go`; `bootm` copies the image and sums it once more. */
const virtualStart: StartMethod = 'booti';

/** The board that `--board` names: by the user's name, or the only one of that kind. Throws HarnessError (usage). */
export function boardInLab(lab: Lab, name: string, file: string): LabBoard {
  const named = lab.get(name);
  if (named) return named;
  const alike = [...lab.values()].filter(({ board }) => board.name === name);
  if (alike.length === 1 && alike[0]) return alike[0];
  const names = alike.length > 1 ? alike.map((one) => one.name) : [...lab.keys()];
  const near = nearest(name, names);
  throw new HarnessError(
    'usage',
    alike.length > 1 ? `several boards are ${name}` : `there is no board ${name} in the lab`,
    {
      where: file,
      expected: `one of ${names.join(', ')}`,
      ...(near !== undefined && { wayOut: `did you mean ${near}?` }),
    },
  );
}
