// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { rebootPhases } from '../../../../harness/run/boot.js';
import type { Check } from '../../../../harness/run/checks/check.js';
import { bounds, clockCheck } from '../../../../harness/run/checks/clock.js';
import { type CommandCheck, commandCheck } from '../../../../harness/run/checks/command-check.js';
import { cpuCheck, kernelCheck, memoryCheck, systemRam } from '../../../../harness/run/checks/identity.js';
import { interruptCounts, timerCheck, uartCheck } from '../../../../harness/run/checks/interrupts.js';
import { poweroffCheck, rebootCheck } from '../../../../harness/run/checks/life.js';
import { type Answers, FakeGuest } from '../../../support/fake-guest.js';
import { run, test } from '../../../support/test.js';

const iomem = [
  '09000000-09000fff : pl011@9000000',
  '40000000-4fffffff : System RAM',
  '  40010000-40eeffff : Kernel code',
  '  4f800000-4fffffff : reserved',
].join('\n');

const interrupts = (timer: number, uart: number) =>
  [
    '           CPU0       CPU1       ',
    ` 10:   ${timer}        7     GICv2  27 Level     arch_timer`,
    ` 13:   ${uart}        0     GICv2  33 Level     uart-pl011`,
    'IPI0:         0          0       Rescheduling interrupts',
  ].join('\n');

async function found(check: Check, answers: Answers) {
  return check.run(new FakeGuest(answers).context());
}

/** Tests that a check passes on sound guests and fails on each unsound one. */
function checked(
  check: Check,
  sound: [string, () => ReturnType<typeof found>][],
  unsound: typeof sound,
): void {
  for (const [what, look] of sound) {
    test(`${check.name}: passes when ${what}`, async () => {
      const finding = await look();
      assert.ok(finding.passed, `expected ${finding.expected}, got ${finding.got}`);
    });
  }
  for (const [what, look] of unsound) {
    test(`${check.name}: fails when ${what}`, async () => assert.not((await look()).passed));
  }
}

checked(
  kernelCheck('6.1.0'),
  [
    ['the release matches the image', () => found(kernelCheck('6.1.0'), { 'uname -r': '6.1.0' })],
    ['the image has no release to compare', () => found(kernelCheck(undefined), { 'uname -r': '5.0' })],
  ],
  [['another kernel runs', () => found(kernelCheck('6.1.0'), { 'uname -r': '6.1.1' })]],
);

checked(
  memoryCheck(0x1000_0000),
  [
    [
      'the ranges add up to the RAM that the guest was given',
      () => found(memoryCheck(0x1000_0000), { 'cat /proc/iomem': iomem }),
    ],
  ],
  [
    [
      'the guest has less RAM',
      () => found(memoryCheck(0x1000_0000), { 'cat /proc/iomem': iomem.replace('4fffffff', '4ffeffff') }),
    ],
    [
      'addresses are hidden',
      () => found(memoryCheck(0x1000_0000), { 'cat /proc/iomem': '00000000-00000000 : System RAM' }),
    ],
  ],
);

const online = 'cat /sys/devices/system/cpu/online';
checked(
  cpuCheck(1),
  [
    ['one CPU is online', () => found(cpuCheck(1), { [online]: '0' })],
    ['all four CPUs are online', () => found(cpuCheck(4), { [online]: '0-3' })],
  ],
  [
    ['one of two did not start', () => found(cpuCheck(2), { [online]: '0' })],
    ['there are more CPUs than the guest was given', () => found(cpuCheck(1), { [online]: '0-1' })],
  ],
);

function counting(step: { timer: number; uart: number }): Answers {
  let reads = 0;
  return {
    'cat /proc/interrupts': () => {
      reads += 1;
      return interrupts(100 + reads * step.timer, 5 + reads * step.uart);
    },
    'sleep 1': '',
  };
}

checked(
  timerCheck(2),
  [['the count goes up', () => found(timerCheck(2), counting({ timer: 9, uart: 0 }))]],
  [
    ['the count does not change', () => found(timerCheck(2), counting({ timer: 0, uart: 1 }))],
    ['a CPU is missing', () => found(timerCheck(3), counting({ timer: 9, uart: 0 }))],
    ['the line is missing', () => found(timerCheck(2), { 'cat /proc/interrupts': 'x', 'sleep 1': '' })],
    [
      'a CPU never took one',
      () => {
        const answers = counting({ timer: 9, uart: 0 });
        const table = answers['cat /proc/interrupts'] as () => string;
        return found(timerCheck(2), {
          ...answers,
          'cat /proc/interrupts': () => table().replace(' 7 ', ' 0 '),
        });
      },
    ],
  ],
);

const uart = uartCheck('uart-pl011');
checked(
  uart,
  [['the typed text comes back and the count goes up', () => found(uart, counting({ timer: 1, uart: 20 }))]],
  [
    ['the guest polls', () => found(uart, counting({ timer: 1, uart: 0 }))],
    [
      'a character is lost',
      () => {
        const guest = new FakeGuest(counting({ timer: 1, uart: 20 }));
        guest.hears = (line) => line.slice(0, 60) + line.slice(61);
        return uart.run(guest.context());
      },
    ],
  ],
);

/** A guest whose clock runs `rate` times as fast as the host's. */
const clock = (rate: number): Answers => ({
  'cat /proc/uptime': (guest) => `${((guest.now() / 1000) * rate + 5).toFixed(2)} 4.00`,
});
checked(
  clockCheck(),
  [["it keeps the host's time", () => found(clockCheck(), clock(1))]],
  [
    ['it runs a tenth too fast', () => found(clockCheck(), clock(1.1))],
    ['it runs a tenth too slowly', () => found(clockCheck(), clock(0.9))],
    ['the clock stands still', () => found(clockCheck(), clock(0))],
  ],
);

test('the bounds of the clock widen by the duration of the readings', () => {
  const { least, most } = bounds({ guest: 0, from: 0, to: 4 }, { guest: 0, from: 7, to: 20 });
  assert.ok(least < 3 && most > 20, `${least} to ${most}`);
});

const bootIdFile = 'cat /proc/sys/kernel/random/boot_id';
function rebooting(ids: string[], after: string): Answers {
  return {
    'uname -r': '6.1.0',
    'dmesg -n 1': '',
    [bootIdFile]: () => ids.shift() ?? '',
    'reboot -f': (guest) => {
      guest.say(after);
      return '';
    },
  };
}
const again =
  'vmm|INFO: guest restarts: SYSTEM_RESET\n[    0.0] Linux version 6.1.0 (x)\nguest ready\nguest# ';
const reboot = rebootCheck({ command: 'reboot -f', phases: rebootPhases, prepare: 'dmesg -n 1' });
checked(
  reboot,
  [['the prompt comes back with another boot id', () => found(reboot, rebooting(['a', 'b'], again))]],
  [['the same boot goes on', () => found(reboot, rebooting(['a', 'a'], again))]],
);

const switchingOff = (after: string): Answers => ({
  'dmesg -n 8': '',
  'poweroff -f': (guest) => {
    guest.say(after);
    return '';
  },
});
const stopped = 'vmm|INFO: guest stopped: SYSTEM_OFF\n';
const poweroff = (until = 'vmm|INFO: guest stopped: SYSTEM_OFF') =>
  poweroffCheck({ command: 'poweroff -f', until });
checked(
  poweroff(),
  [
    ['the VMM reports that its guest stopped', () => found(poweroff(), switchingOff(stopped))],
    [
      'the VMM is silent and the kernel reports the end',
      () => found(poweroff('reboot: Power down'), switchingOff('[   9.1] reboot: Power down\n')),
    ],
  ],
  [
    [
      'the guest restarts first',
      () => found(poweroff(), switchingOff(`[ 0.0] Linux version 6.1.0\n${stopped}`)),
    ],
  ],
);

const asked = { name: 'a command', run: 'count', status: 0, limit: 1000 };
const printed = (output: string, more: Partial<CommandCheck>) =>
  found(commandCheck({ ...asked, ...more }), { count: output });
checked(
  commandCheck(asked),
  [
    ['it ends with the exit status', () => printed('', {})],
    ['its output holds the text', () => printed('12 files', { expect: 'files' })],
    ['its number is between the bounds', () => printed('about -1.5 s', { between: [-2, 0] })],
  ],
  [
    ['it ends with another', () => printed('', { status: 3 })],
    ['the text is missing', () => printed('12 folders', { expect: /^\d+ files$/ })],
    ['its number is out of bounds', () => printed('2001 ms', { between: [0, 2000] })],
    ['there is no number', () => printed('none', { between: [0, 1] })],
  ],
);

test('System RAM is summed over its top-level ranges only', () => {
  assert.is(systemRam(iomem), 0x1000_0000);
  assert.is(systemRam('40000000-400fffff : System RAM\n50000000-500fffff : System RAM\n'), 0x20_0000);
});

test("an interrupt's counts are read for every CPU, and not taken from another line", () => {
  assert.equal(interruptCounts(interrupts(3, 4), 'arch_timer'), [3, 7]);
  assert.equal(interruptCounts(interrupts(3, 4), 'uart-pl011'), [4, 0]);
  assert.is(interruptCounts(interrupts(3, 4), 'timer'), undefined);
});

run();
