// SPDX-License-Identifier: BSD-2-Clause
/** Checks that the virtual timer and the UART count up in the guest's /proc/interrupts. */
import type { Uart, UartKind } from '../../../boards/board.js';
import type { GuestShell } from '../shell.js';
import type { Check, CheckContext } from './check.js';

/** How often each CPU took an interrupt, from /proc/interrupts; undefined when no line ends in `action`. */
export function interruptCounts(table: string, action: string): number[] | undefined {
  const line = table.split('\n').find((one) => one.trim().split(/\s+/).slice(1).includes(action));
  if (line === undefined) return undefined;
  const counts: number[] = [];
  for (const field of line.trim().split(/\s+/).slice(1)) {
    if (!/^\d+$/.test(field)) break;
    counts.push(Number(field));
  }
  return counts;
}

const sum = (counts: readonly number[]) => counts.reduce((total, one) => total + one, 0);

/** The counts before and after `between`, or a failed observation that names the missing line. */
async function counted(shell: GuestShell, action: string, between: () => Promise<unknown>) {
  const before = interruptCounts(await shell.output('cat /proc/interrupts'), action);
  await between();
  const after = interruptCounts(await shell.output('cat /proc/interrupts'), action);
  return before && after && { before, after };
}

const absent = (action: string) => ({
  passed: false,
  expected: `${action} in /proc/interrupts`,
  got: 'no such line',
});

/** With `vcpus` undefined, for as many CPUs as the guest has. */
export const timerCheck = (vcpus: number | undefined): Check => ({
  name: 'virtual timer interrupts',
  async run({ shell }) {
    const seen = await counted(shell, 'arch_timer', () => shell.output('sleep 1'));
    if (!seen) return absent('arch_timer');
    const { before, after } = seen;
    const cpus = vcpus ?? after.length;
    const silent = after.flatMap((count, cpu) => (count === 0 ? [`CPU ${cpu}`] : []));
    return {
      passed: sum(after) > sum(before) && silent.length === 0 && after.length === cpus,
      expected: `more after a second's sleep, some on each of ${cpus} CPU${cpus === 1 ? '' : 's'}`,
      got: `${before.join(' + ')}, then ${after.join(' + ')}`,
    };
  },
});

/**
 * Long enough to fill the UART's receive FIFO (PL011: 16 or 32 bytes) several times, short enough for one line of the
 * tty.
 */
const typed = Array.from({ length: 120 }, (_, i) => String.fromCharCode(97 + ((i * 7) % 26))).join('');

async function typeLine({ shell }: CheckContext): Promise<string> {
  const limit = 20_000;
  await shell.console.send(`echo "typ"'e:'; read -r line; echo "go"'t:'$line:\n`);
  await shell.console.expect('type:', { what: 'the guest waiting for typed input', limit });
  await shell.console.send(`${typed}\n`);
  const { groups } = await shell.console.expect(/got:([^:]*):/, { what: 'the line that was typed', limit });
  return groups[0] ?? '';
}

/**
 * The name of the UART's interrupt in Linux. The drivers of the PL011 and of Cadence's UART use their own names; the
 * others use their device's name in sysfs, or the port's.
 */
export function interruptName({ kind, base, linuxName }: Uart): string {
  const names: Record<UartKind, string> = {
    pl011: 'uart-pl011',
    imx: `${base.toString(16)}.serial`,
    meson: linuxName,
    cadence: 'xuartps',
    8250: linuxName,
  };
  return names[kind];
}

/** `action` is the name of the UART's interrupt in /proc/interrupts. */
export const uartCheck = (action: string): Check => ({
  name: 'UART interrupts, typed input',
  async run(context) {
    const { shell } = context;
    let line = '';
    const seen = await counted(shell, action, async () => {
      line = await typeLine(context);
    });
    if (!seen) return absent(action);
    const { before, after } = seen;
    return {
      passed: sum(after) > sum(before) && line === typed,
      expected: `${typed.length} typed characters read back, more interrupts of ${action}`,
      got:
        line === typed
          ? `${typed.length} characters; interrupts ${sum(before)}, then ${sum(after)}`
          : `"${line}" of "${typed}"`,
    };
  },
});
