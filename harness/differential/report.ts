// SPDX-License-Identifier: BSD-2-Clause
/** The report of a differential run, as data and as text. */
import { seconds } from '../base/text.js';
import { interruptedCase, type JunitCase, junitOf } from '../verdict/junit.js';
import type { DifferentialRun, Found } from './result.js';
import { actText, differenceText, hex, slotText } from './text.js';

export interface FoundReport {
  /** Pages and acts of the program. The last act differs. */
  program: string[];
  /** The two columns of the difference; the last output of a VMM that died. */
  seen: string[];
  times: number;
  file: string;
  repeat: string;
}

export interface DifferentialReport {
  /** `error`: no difference was found, but some programs have no verdict. */
  outcome: 'pass' | 'fail' | 'error' | 'interrupted';
  subject: string;
  seed: number;
  programs: number;
  acts: number;
  setAside: number;
  /** Programs during which the VMM fell silent, but not when they ran again: they have no verdict. */
  notRepeated: number;
  /** Kinds of acts that were not drawn, with the reason. */
  leftOut: string[];
  ms: number;
  machines: { name: string; gic: number; cpus: number; midr: string }[];
  known: { id: string; times: number; why: string; source: string }[];
  differences: FoundReport[];
  repeat: string;
}

export function foundReport(found: Found, subject: string, file: string, repeat: string): FoundReport {
  const { program, difference, output, times } = found;
  return {
    program: [...program.slots.map(slotText), ...program.acts.map(actText)],
    seen: difference === undefined ? (output ?? '').split('\n') : differenceText(difference, subject),
    times,
    file,
    repeat,
  };
}

export function machineReports({ machines }: DifferentialRun): DifferentialReport['machines'] {
  return [machines?.bare, machines?.vmm].flatMap((machine) =>
    machine === undefined
      ? []
      : [
          {
            name: machine.name,
            gic: machine.greeting.gic,
            cpus: machine.greeting.cpus,
            midr: hex(machine.greeting.midr),
          },
        ],
  );
}

function foundText({ program, seen, times, repeat }: FoundReport, index: number): string[] {
  return [
    '',
    `difference ${index + 1}${times > 1 ? `, seen in ${times} programs` : ''}`,
    ...program.map((line) => `  ${line}`),
    ...seen.map((line) => `      ${line}`),
    `  repeat: ${repeat}`,
  ];
}

/** Why a program has no verdict. A VMM that dies of what ran before, or by chance, is not told from a starved one. */
const unrepeated = 'the VMM fell silent, but not when the program ran again';

export function reportText(report: DifferentialReport): string {
  const { programs, acts, known, differences, setAside, ms, machines, outcome, subject } = report;
  const speed = ms > 0 ? `, ${Math.round((1000 * programs) / ms)} programs/s` : '';
  const word = { pass: 'PASS', fail: 'FAIL', error: 'ERROR, no verdict', interrupted: 'INTERRUPTED' }[
    outcome
  ];
  const [machine] = machines;
  const on =
    machine === undefined ? '' : `, GICv${machine.gic}, ${machine.cpus} CPU${machine.cpus > 1 ? 's' : ''}`;
  return [
    ...differences.flatMap(foundText),
    ...(differences.length > 0 ? [''] : []),
    ...known.map(({ id, times, why }) => `known: ${id}, ${times} times: ${why}`),
    ...report.leftOut,
    ...(setAside > 0 ? [`${setAside} programs set aside: the bare machine does not always do the same`] : []),
    ...(report.notRepeated > 0
      ? [`${report.notRepeated} programs without a verdict: ${unrepeated}; on a busy host, run it again`]
      : []),
    `${word}: ${subject} against the bare machine${on}: ${programs} programs, ${acts} acts, ` +
      `${differences.length} differences, ${seconds(ms)}${speed}`,
  ].join('\n');
}

/** The report as JUnit XML: one case for each difference, and one for the run. */
export function reportJunit(report: DifferentialReport): string {
  const { differences, outcome, programs, notRepeated, subject, ms } = report;
  const cases = differences.map(({ program, seen, repeat }, index): JunitCase => {
    const text = [...program, ...seen, repeat].join('\n');
    const message = program.at(-1) ?? '';
    return { name: `difference ${index + 1}`, trouble: { kind: 'failure', message, text } };
  });
  const whole: JunitCase = { name: `${programs} programs` };
  if (notRepeated > 0) {
    const message = `${notRepeated} programs without a verdict`;
    whole.trouble = { kind: 'error', message, type: 'infrastructure', text: unrepeated };
  }
  const last = outcome === 'interrupted' ? interruptedCase() : whole;
  return junitOf([{ name: `differential ${subject}`, ms, cases: [...cases, last] }], ms);
}
