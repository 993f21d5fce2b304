// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { deadMarkers } from '../../../harness/machine/markers.js';
import { run, test } from '../../support/test.js';

const who = (line: string) => deadMarkers.find((marker) => marker.line.test(line))?.who;

/** Lines as they were seen on a console, or as their sources print them. */
const dead: [who: string, line: string][] = [
  ['Microkit loader', 'LDR|ERROR: seL4 configured as a hypervisor, but not in EL2'],
  ['Microkit loader', 'LDR|ERROR|CPU0: unable to start CPU 1'],
  ['Microkit initialiser', "ERROR [sel4_capdl_initializer::initialize] Cannot create object 'x'"],
  ['Microkit initialiser', 'FAIL: invocation error'],
  ['seL4', 'seL4 called fail at x.c:1 in function f, saying "no"'],
  ['seL4', "seL4 failed assertion 'x' at x.c:1 in function f"],
  ['seL4', 'KERNEL DATA ABORT!'],
  ['seL4', 'halting...Kernel entry via Interrupt'],
  ['Microkit monitor', 'MON|ERROR: received message 0x6  badge: 0x1  tcb cap: 0xa'],
  ['minikit', "minikit|ERROR: protection domain 'vmm' touched address 0x0 at pc 0x200000"],
  ['VMM', 'vmm|ERROR: guest stopped: a fault it cannot be given'],
  ['VMM', '[    0.3] half a line of the guest vmm|ERROR: guest stopped: x'],
  ['guest', '[    1.234567] Kernel panic - not syncing: Attempted to kill init!'],
  ['guest', '[    0.5] Internal error: Oops: 0000000096000005 [#1] SMP'],
  ['guest', '[    0.5] Unable to handle kernel NULL pointer dereference at virtual address 0'],
  ['guest', '[   28.1] watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [migration/0:15]'],
];

const alive = [
  'FAIL: a test of the guest',
  'INFO  [sel4_capdl_initializer::initialize] Starting threads',
  'LDR|INFO: altloader for seL4 starting',
  'MON|INFO: Microkit Monitor started!',
  'vmm|INFO: guest stopped: SYSTEM_OFF',
  'vmm|INFO: guest restarts: SYSTEM_RESET',
  'vmm|ERROR: unknown hypercall',
  '[    0.0] Linux version 6.1.0 (debian-kernel@lists.debian.org)',
  '[    0.0] rcu: halting the boot CPU is fine',
];

for (const [expected, line] of dead) {
  test(`"${line.slice(0, 60)}" is the death of ${expected}`, () => assert.is(who(line), expected));
}
for (const line of alive) {
  test(`"${line}" is no death`, () => assert.is(who(line), undefined));
}

run();
