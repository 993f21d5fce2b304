// SPDX-License-Identifier: BSD-2-Clause
import { rm } from 'node:fs/promises';
import { exitCodes } from '../../base/error.js';
import { temporaryFolder } from '../../base/temporary.js';
import { type Condition, examine } from '../../doctor/doctor.js';
import { examineBoard } from '../../doctor/lab.js';
import { boardInLab, loadLab } from '../../machine/board/lab/lab.js';
import { text } from '../arguments.js';
import type { Arguments, Command, Context } from '../command.js';
import { columns } from '../help.js';
import { labFileOf, labOption } from '../lab-options.js';
import { jsonOption } from '../options.js';

const mark = ({ ok }: Condition) => (ok ? 'ok     ' : 'MISSING');

/** Each part of each board's place in the lab. Nothing is flashed; the boards are switched on, and off again. */
async function examineLab(args: Arguments, { progress, signal, self }: Context): Promise<Condition[]> {
  const file = await labFileOf(args);
  const lab = await loadLab(file);
  const name = text(args, 'board');
  const entries = name === undefined ? [...lab.values()] : [boardInLab(lab, name, file)];
  const findings: Condition[] = [];
  for (const entry of entries) {
    const folder = await temporaryFolder('doctor');
    const found = await examineBoard(entry, { folder, signal }, { progress, command: `${self} doctor` });
    findings.push(...found.map((one) => ({ ...one, what: `${entry.name}: ${one.what}` })));
    await rm(folder, { recursive: true, force: true });
  }
  return findings;
}

export const command: Command = {
  name: 'doctor',
  summary: 'what this machine has and lacks',
  options: { ...labOption, board: { value: 'NAME', about: 'with --lab, only this board' }, ...jsonOption },
  example: 'vmm-harness doctor --json',
  async run(args, context) {
    const { options } = args;
    const { print } = context;
    const findings = options.lab ? await examineLab(args, context) : await examine();
    if (options.json) print(JSON.stringify(findings, undefined, 2));
    else {
      print(columns(findings.map((one) => [`${mark(one)}  ${one.what}`, one.found])).join('\n'));
      for (const { ok, what, wayOut } of findings) if (!ok && wayOut) print(`${what}: ${wayOut}`);
    }
    return findings.every((one) => one.ok) ? 0 : exitCodes.infrastructure;
  },
};
