// SPDX-License-Identifier: BSD-2-Clause
/**
 * A trace as lanes: the calls to the VMM, the actions of each vCPU, and the contents of the list registers after each
 * step.
 */

export interface Step {
  /** `VMM`, or `vCPU 0`. */
  lane: string;
  act: string;
  /** What was observed of it. */
  seen: string[];
  /** The last value loaded into each list register, by `vCPU 0 LR 1`. */
  registers: Record<string, string>;
}

const guestLine = /^guest, (vCPU \d+): (.*)$/s;
const loaded = /^list register (\d+) of (vCPU \d+) = (.*)$/;

/** @param trace the machine, then one line per step: `virq_inject(0, 45) -> true; list register ...` */
export function lanesOf(trace: readonly string[]): { machine: string; lanes: string[]; steps: Step[] } {
  const [machine = '', ...lines] = trace;
  let registers: Record<string, string> = {};
  const steps = lines.map((line): Step => {
    const [whole = '', ...rest] = line.split(' -> ');
    const seen = rest.join(' -> ').split('; ').filter(Boolean);
    for (const one of seen) {
      const load = loaded.exec(one);
      if (load !== null) registers = { ...registers, [`${load[2]} LR ${load[1]}`]: load[3] ?? '' };
    }
    const guest = guestLine.exec(whole);
    return { lane: guest?.[1] ?? 'VMM', act: guest?.[2] ?? whole, seen, registers };
  });
  const lanes = [...new Set(['VMM', ...steps.map(({ lane }) => lane)])].sort((a, b) =>
    a === 'VMM' ? -1 : b === 'VMM' ? 1 : a.localeCompare(b),
  );
  return { machine, lanes, steps };
}
