// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import type { Check, CheckContext } from '../../../../harness/run/checks/check.js';
import { bounds, clockCheck } from '../../../../harness/run/checks/clock.js';
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

async function found(check: Check, answers: Answers, more: Partial<CheckContext> = {}) {
  return check.run(new FakeGuest(answers).context(more));
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
  kernelCheck,
  [
    ['the release matches the image', () => found(kernelCheck, { 'uname -r': '6.1.0' })],
    [
      'the image has no release to compare',
      () => found(kernelCheck, { 'uname -r': '5.0' }, { kernelRelease: undefined }),
    ],
  ],
  [['another kernel runs', () => found(kernelCheck, { 'uname -r': '6.1.1' })]],
);

checked(
  memoryCheck,
  [
    [
      'the ranges add up to the RAM that the guest was given',
      () => found(memoryCheck, { 'cat /proc/iomem': iomem }),
    ],
  ],
  [
    [
      'the guest has less RAM',
      () => found(memoryCheck, { 'cat /proc/iomem': iomem.replace('4fffffff', '4ffeffff') }),
    ],
    [
      'addresses are hidden',
      () => found(memoryCheck, { 'cat /proc/iomem': '00000000-00000000 : System RAM' }),
    ],
  ],
);

const online = 'cat /sys/devices/system/cpu/online';
checked(
  cpuCheck,
  [
    ['one CPU is online', () => found(cpuCheck, { [online]: '0' })],
    ['all four CPUs are online', () => found(cpuCheck, { [online]: '0-3' }, { vcpus: 4 })],
  ],
  [
    ['one of two did not start', () => found(cpuCheck, { [online]: '0' }, { vcpus: 2 })],
    ['there are more CPUs than the guest was given', () => found(cpuCheck, { [online]: '0-1' })],
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

const two = { vcpus: 2 };
checked(
  timerCheck,
  [['the count goes up', () => found(timerCheck, counting({ timer: 9, uart: 0 }), two)]],
  [
    ['the count does not change', () => found(timerCheck, counting({ timer: 0, uart: 1 }), two)],
    ['a CPU is missing', () => found(timerCheck, counting({ timer: 9, uart: 0 }), { vcpus: 3 })],
    ['the line is missing', () => found(timerCheck, { 'cat /proc/interrupts': 'x', 'sleep 1': '' })],
    [
      'a CPU never took one',
      () => {
        const answers = counting({ timer: 9, uart: 0 });
        const table = answers['cat /proc/interrupts'] as () => string;
        return found(
          timerCheck,
          { ...answers, 'cat /proc/interrupts': () => table().replace(' 7 ', ' 0 ') },
          two,
        );
      },
    ],
  ],
);

checked(
  uartCheck,
  [
    [
      'the typed text comes back and the count goes up',
      () => found(uartCheck, counting({ timer: 1, uart: 20 })),
    ],
  ],
  [
    ['the guest polls', () => found(uartCheck, counting({ timer: 1, uart: 0 }))],
    [
      'a character is lost',
      () => {
        const guest = new FakeGuest(counting({ timer: 1, uart: 20 }));
        guest.hears = (line) => line.slice(0, 60) + line.slice(61);
        return uartCheck.run(guest.context());
      },
    ],
  ],
);

/** A guest whose clock runs `rate` times as fast as the host's. */
const clock = (rate: number): Answers => ({
  'cat /proc/uptime': (guest) => `${((guest.now() / 1000) * rate + 5).toFixed(2)} 4.00`,
});
checked(
  clockCheck,
  [["it keeps the host's time", () => found(clockCheck, clock(1))]],
  [
    ['it runs a tenth too fast', () => found(clockCheck, clock(1.1))],
    ['it runs a tenth too slowly', () => found(clockCheck, clock(0.9))],
    ['the clock stands still', () => found(clockCheck, clock(0))],
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
checked(
  rebootCheck,
  [['the prompt comes back with another boot id', () => found(rebootCheck, rebooting(['a', 'b'], again))]],
  [['the same boot goes on', () => found(rebootCheck, rebooting(['a', 'a'], again))]],
);

const switchingOff = (after: string): Answers => ({
  'dmesg -n 8': '',
  'poweroff -f': (guest) => {
    guest.say(after);
    return '';
  },
});
const stopped = 'vmm|INFO: guest stopped: SYSTEM_OFF\n';
checked(
  poweroffCheck,
  [
    ['the VMM reports that its guest stopped', () => found(poweroffCheck, switchingOff(stopped))],
    [
      'the VMM is silent and the kernel reports the end',
      () => found(poweroffCheck, switchingOff('[   9.1] reboot: Power down\n'), { config: 'release' }),
    ],
  ],
  [['the guest restarts first', () => found(poweroffCheck, switchingOff(`guest ready\nguest# ${stopped}`))]],
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
