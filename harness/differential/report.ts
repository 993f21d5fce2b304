// SPDX-License-Identifier: BSD-2-Clause
/** What a differential run has to say, as data and as text. */
import type { DifferentialRun, Found } from './run.js';
import { actText, differenceText, hex, slotText } from './text.js';

export interface FoundReport {
  /** Pages and acts of the program, the last of which differs. */
  program: string[];
  /** Two columns; the VMM's last words where it died. */
  seen: string[];
  times: number;
  file: string;
  repeat: string;
}

export interface DifferentialReport {
  outcome: 'pass' | 'fail' | 'interrupted';
  subject: string;
  seed: number;
  programs: number;
  acts: number;
  setAside: number;
  ms: number;
  machines: { name: string; gic: number; cpus: number; midr: string }[];
  known: { id: string; times: number; why: string; source: string }[];
  differences: FoundReport[];
  repeat: string;
}

export function foundReport(found: Found, subject: string, file: string, repeat: string): FoundReport {
  const { program, difference, words, times } = found;
  return {
    program: [...program.slots.map(slotText), ...program.acts.map(actText)],
    seen: difference === undefined ? (words ?? '').split('\n') : differenceText(difference, subject),
    ...{ times, file, repeat },
  };
}

export function machineReports({ machines }: DifferentialRun): DifferentialReport['machines'] {
  return [machines?.bare, machines?.vmm].flatMap((machine) =>
    machine === undefined
      ? []
      : [
          {
            ...{ name: machine.name, gic: machine.greeting.gic, cpus: machine.greeting.cpus },
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

export function reportText(report: DifferentialReport): string {
  const { programs, acts, known, differences, setAside, ms, machines, outcome, subject } = report;
  const speed = ms > 0 ? `, ${Math.round((1000 * programs) / ms)} programs/s` : '';
  const word = { pass: 'PASS', fail: 'FAIL', interrupted: 'INTERRUPTED' }[outcome];
  const [machine] = machines;
  const on =
    machine === undefined ? '' : `, GICv${machine.gic}, ${machine.cpus} CPU${machine.cpus > 1 ? 's' : ''}`;
  return [
    ...differences.flatMap(foundText),
    ...(differences.length > 0 ? [''] : []),
    ...known.map(({ id, times, why }) => `known: ${id}, ${times} times: ${why}`),
    ...(setAside > 0 ? [`${setAside} programs set aside: the bare machine does not always do the same`] : []),
    `${word}: ${subject} against the bare machine${on}: ${programs} programs, ${acts} acts, ` +
      `${differences.length} differences, ${(ms / 1000).toFixed(1)} s${speed}`,
  ].join('\n');
}

const xml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** One case for each difference, and one for the run. */
export function reportJunit({ differences, outcome, programs, subject }: DifferentialReport): string {
  const suite = `differential ${subject}`;
  const cases = differences.map(
    ({ program, seen, repeat }, index) =>
      `    <testcase classname="${xml(suite)}" name="difference ${index + 1}" time="0"><failure message="${xml(
        program.at(-1) ?? '',
      )}">${xml([...program, ...seen, repeat].join('\n'))}</failure></testcase>`,
  );
  const whole =
    outcome === 'interrupted'
      ? `    <testcase classname="${xml(suite)}" name="run" time="0"><error message="interrupted" type="interrupted"/></testcase>`
      : `    <testcase classname="${xml(suite)}" name="${programs} programs" time="0"/>`;
  const counts = `tests="${cases.length + 1}" failures="${cases.length}" errors="${outcome === 'interrupted' ? 1 : 0}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite name="${xml(suite)}" ${counts}>`,
    ...cases,
    whole,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
