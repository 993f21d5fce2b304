// SPDX-License-Identifier: BSD-2-Clause
/** The tests of libvmm as judges of mutants: a process that has them loaded (test/unit/libvmm/mutant-judge.ts). */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { endsWithUs } from '../../base/children.js';
import { packageRoot } from '../../base/paths.js';

/** What the judge writes for each folder. */
const answer = v.object({ by: v.optional(v.string()) });

const script = join(packageRoot, 'dist', 'test', 'unit', 'libvmm', 'mutant-judge.js');

export class UnitJudge {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(folder: string) {
    const [program, args] = endsWithUs(process.execPath, [script, folder]);
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    if (this.#child.stdout === null) throw new Error('the judge has no output');
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  /** @param objects folder with the objects of the library without mutants */
  static async start(folder: string, objects: string): Promise<UnitJudge> {
    const judge = new UnitJudge(folder);
    const by = await judge.killerOf(objects);
    if (by !== undefined) throw new Error(`the library fails without any mutant: ${by}`);
    return judge;
  }

  /** The test that the library with these objects fails; `undefined` when it passes all. */
  async killerOf(objects: string): Promise<string | undefined> {
    this.#child.stdin?.write(`${objects}\n`);
    const line = await this.#lines.next();
    if (line.done) throw new Error('the judge of unit tests has ended');
    return v.parse(answer, JSON.parse(line.value)).by;
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }
}
