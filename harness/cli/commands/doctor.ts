// SPDX-License-Identifier: BSD-2-Clause
import { rm } from 'node:fs/promises';
import { exitCodes } from '../../base/error.js';
import { isClone } from '../../base/paths.js';
import { endedBySignals } from '../../base/signals.js';
import { temporaryFolder } from '../../base/temporary.js';
import { type Condition, examine } from '../../doctor/doctor.js';
import { examineBoard, type LabFinding } from '../../doctor/lab.js';
import { setupLine } from '../../doctor/needs.js';
import { boardInLab, loadLab } from '../../machine/board/lab/lab.js';
import { text } from '../arguments.js';
import type { Arguments, Command, Context } from '../command.js';
import { columns } from '../help.js';
import { labFileOf, labOption } from '../lab-options.js';
import { jsonOption } from '../options.js';

const mark = ({ ok }: LabFinding) => (ok ? 'ok     ' : 'MISSING');

/**
 * Examines each board's place in the lab, part by part. Nothing is flashed; the boards are switched on and off again.
 */
async function examineLab(args: Arguments, { progress, signal, self }: Context): Promise<LabFinding[]> {
  const file = await labFileOf(args);
  const lab = await loadLab(file);
  const name = text(args, 'board');
  const entries = name === undefined ? [...lab.values()] : [boardInLab(lab, name, file)];
  const findings: LabFinding[] = [];
  for (const entry of entries) {
    if (signal.aborted) break;
    const folder = await temporaryFolder('doctor');
    try {
      const found = await examineBoard(entry, { folder, signal }, { progress, command: `${self} doctor` });
      findings.push(...found.map((one) => ({ ...one, what: `${entry.name}: ${one.what}` })));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return findings;
}

/** Purposes that concern only developers of the harness. */
const developers = ['test', 'lint'];

interface Purpose {
  for: string;
  enough: boolean;
  /** Debian packages, or conditions that no package satisfies. */
  missing: string[];
}

/** The purposes for which this machine has everything, and what the others lack. */
function purposesOf(conditions: readonly Condition[]): Purpose[] {
  const names = [...new Set(conditions.flatMap((one) => one.for))];
  return names
    .filter((name) => isClone || !developers.includes(name))
    .map((name) => {
      const bad = conditions.filter((one) => !one.ok && one.for.includes(name));
      const missing = [...new Set(bad.map((one) => one.package ?? one.what))];
      return { for: name, enough: missing.length === 0, missing };
    });
}

function purposeRow({ for: name, enough, missing }: Purpose): [string, string] {
  return [`for ${name}`, enough ? 'all' : `missing: ${missing.join(', ')} (${setupLine(name)})`];
}

function findingLines(findings: readonly LabFinding[]): string[] {
  const rows = columns(findings.map((one) => [`${mark(one)}  ${one.what}`, one.found]));
  const ways = findings.flatMap(({ ok, what, wayOut }) => (ok || !wayOut ? [] : [`${what}: ${wayOut}`]));
  return [...rows, ...ways];
}

export const command: Command = {
  name: 'doctor',
  summary: 'what this machine has and lacks, and for which purposes it suffices',
  options: { ...labOption, board: { value: 'NAME', about: 'with --lab, only this board' }, ...jsonOption },
  example: 'vmm-harness doctor --json',
  async run(args, context) {
    const { options } = args;
    const { print } = context;
    if (options.lab) {
      const findings = await examineLab(args, context);
      if (options.json) context.json({ parts: findings });
      else print(findingLines(findings).join('\n'));
      return findings.every((one) => one.ok) ? 0 : exitCodes.infrastructure;
    }
    const all = await endedBySignals(examine);
    const conditions = isClone
      ? all
      : all.filter((one) => one.for.some((name) => !developers.includes(name)));
    const purposes = purposesOf(conditions);
    if (options.json) context.json({ conditions, purposes });
    else print([...findingLines(conditions), '', ...columns(purposes.map(purposeRow))].join('\n'));
    return purposes.every((one) => one.enough || one.for !== 'demo') ? 0 : exitCodes.infrastructure;
  },
};
