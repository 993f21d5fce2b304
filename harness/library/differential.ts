// SPDX-License-Identifier: BSD-2-Clause
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { noProgress, type Progress } from '../base/progress.js';
import { temporaryFolder } from '../base/temporary.js';
import { defaultActs } from '../differential/generate.js';
import { inQemu } from '../differential/places.js';
import { readReplay } from '../differential/replay-file.js';
import type { DifferentialReport } from '../differential/report.js';
import { defaultConfig, defaultPrograms, runWanted } from '../differential/request.js';
import { kindsNamed } from '../differential/vocabulary/choose.js';
import { writeRun } from '../differential/write-run.js';
import { boardNamed } from '../run/suite/target.js';

export interface DifferentialOptions {
  /** An image that boots the guest of `vmm-harness guest --differential`; this project's VMM when not given. */
  image?: string;
  /** Microkit's name of the board; `qemu_virt_aarch64` when not given. */
  board?: string;
  /** For this project's VMM: as `--sdk` takes it. */
  sdk?: string;
  /** For this project's VMM: configuration of the SDK; `release` when not given. */
  config?: string;
  /** Virtual CPUs of the guest, 1 to 4; 1 when not given. */
  vcpus?: number;
  /** Kinds of acts, as `--kinds` names them; all when not given. */
  kinds?: readonly string[];
  /** What the programs are made from, 0 to 0x3fffffff. */
  seed: number;
  /** Number of programs; 1000 when not given. */
  programs?: number;
  /** Acts in a program, 1 to 150; as many as the command makes when not given. */
  acts?: number;
  /** Only the program in this file. */
  replay?: string;
  /** Where run folders are made; `runs` in the current folder when not given. */
  runs?: string;
  signal?: AbortSignal;
  progress?: Progress;
}

/** The options of the command that select the same machines and kinds. */
function wordsOf({ image, kinds, board, sdk, config, vcpus }: DifferentialOptions): string {
  const words = { image: image && resolve(image), kinds: kinds?.join(','), board, sdk, config, vcpus };
  return Object.entries(words)
    .flatMap(([name, value]) => (value === undefined ? [] : [` --${name} ${value}`]))
    .join('');
}

/**
 * Runs generated programs in a guest with and without a VMM on the same machine in QEMU, as `vmm-harness differential`
 * does. Returns the report and the folder in which it is kept, with a file for each program whose results differ.
 *
 * Rejects with HarnessError: usage for options that do not fit, infrastructure for what is missing, product when the VMM
 * cannot be built or does not boot. A difference is in the report.
 *
 * @since 0.2.0
 */
export async function differential(
  options: DifferentialOptions,
): Promise<{ report: DifferentialReport; folder: string }> {
  const { image, seed, config = defaultConfig, vcpus = 1, progress = noProgress } = options;
  const { programs = defaultPrograms, acts = defaultActs } = options;
  const signal = options.signal ?? new AbortController().signal;
  const board = boardNamed(options.board ?? 'qemu_virt_aarch64');
  const named = kindsNamed(options.kinds, vcpus);
  const replay = options.replay === undefined ? undefined : readReplay(options.replay);
  const started = new Date();
  const scratch = await temporaryFolder('differential');
  try {
    const where = { place: inQemu(board), folder: scratch, progress, signal };
    const what = { image, sdk: options.sdk, config, vcpus, kinds: named, acts, seed, programs, replay };
    const { run, subject, leftOut } = await runWanted({ ...where, ...what });
    const self = `vmm-harness differential${wordsOf(options)}`;
    return await writeRun(run, {
      subject,
      board: board.name,
      seed,
      started,
      interrupted: signal.aborted,
      leftOut,
      self,
      runsRoot: resolve(options.runs ?? 'runs'),
      repeat: `${self} ${replay ? `--replay ${options.replay}` : `--seed ${seed} --programs ${programs} --acts ${acts}`}`,
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
