// SPDX-License-Identifier: BSD-2-Clause
/** What a console says of a failure besides its last words. The program that crashes is compiled here. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { HarnessError } from '../../../../harness/base/error.js';
import { firstCause } from '../../../../harness/run/diagnosis/causes.js';
import { crashIn, placeOf } from '../../../../harness/run/diagnosis/crash.js';
import { explainEnd, type Programs } from '../../../../harness/run/diagnosis/explain.js';
import { inFolder } from '../../../support/folder.js';
import { run, test } from '../../../support/test.js';

const source = `static volatile int *nowhere;
__attribute__((noinline)) int reads_nowhere(void)
{
    return *nowhere;
}
int _start(void)
{
    return reads_nowhere() + 1;
}
`;

/** Runs `body` with a program and the address of its first function. */
const withProgram = (flags: readonly string[], body: (elf: string, pc: string) => Promise<void>) =>
  inFolder({ 'fault.c': source }, async (folder) => {
    const elf = join(folder, 'vmm.elf');
    const args = ['-nostdlib', '-static', '-O1', ...flags, '-o', elf, join(folder, 'fault.c')];
    execFileSync('aarch64-linux-gnu-gcc', args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const symbols = execFileSync('aarch64-linux-gnu-nm', [elf], { encoding: 'utf8' });
    const [, address = ''] = /^([0-9a-f]+) T reads_nowhere$/m.exec(symbols) ?? [];
    await body(elf, `0x${address}`);
  });

/** What is told of a run that ended with this on line `line` of its console. */
const explained = (log: string, line: number, programs: Programs, got = 'x') =>
  inFolder({ 'console.log': log }, async (folder) => {
    const where = `${join(folder, 'console.log')}:${line}`;
    const error = new HarnessError('product', 'somebody died', { got, where });
    return (await explainEnd(error, programs)).detail.got;
  });

const monitor = (pc: string) =>
  [
    'MON|ERROR: received message 0x00000006  badge: 0x0000000000000001  tcb cap: 0x000000000000000a',
    'MON|ERROR: faulting PD: vmm',
    'Registers: ',
    `pc : ${pc}`,
    'sp: 0x0000000000000000',
  ].join('\r\n');

test("a crash that Microkit's monitor or minikit reports names function, file and line", () =>
  withProgram(['-g'], async (elf, pc) => {
    const minikit = `minikit|ERROR: protection domain 'vmm' stopped: read fault at address 0x0, pc ${pc} (esr 0x1)\n`;
    for (const log of [monitor(pc), minikit]) {
      const got = await explained(`LDR|INFO: hello\n${log}`, 2, { vmm: elf });
      assert.match(got ?? '', /^x\nvmm crashed in reads_nowhere at \S*fault\.c:[34] \(pc 0x/);
    }
  }));

test('without debug information the function is named, without the program nothing', () =>
  withProgram([], async (elf, pc) => {
    assert.match((await explained(monitor(pc), 1, { vmm: elf })) ?? '', /vmm crashed in reads_nowhere \(pc/);
    assert.is(await explained(monitor(pc), 1, {}), 'x');
    assert.is(await placeOf(elf, '0x1'), undefined);
    assert.is(await placeOf('/no/such.elf', pc), undefined);
  }));

test('the name of a domain is only a name', () =>
  assert.equal(crashIn('MON|ERROR: faulting PD: __proto__\npc : 0x10\n'), {
    domain: '__proto__',
    pc: '0x10',
  }));

const symptom = 'guest: the guest kernel panicked: VFS: Unable to mount root fs on unknown-block(0,0)';
const boot = [
  '[    0.0] Linux version 6.1.0',
  '[    0.9] Initramfs unpacking failed: invalid magic at start of compressed archive',
  ...Array.from({ length: 43 }, (_, index) => `[    1.${index}] something else`),
  '[    2.0] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)',
];

test('the first cause is shown beside the last symptom, with its distance', async () => {
  const got = await explained(boot.join('\n'), boot.length, {}, symptom);
  assert.match(
    got ?? '',
    /first cause, 44 lines before \(line 2\): \[ +0\.9\] Initramfs unpacking failed.*: the initrd/,
  );
});

for (const [cause, end] of [
  ['VMM|ERROR: could not register the UART', 'the prompt did not appear'],
  ['LINUX|ERROR (linux_setup_images:31): invalid magic number', 'silent for 60 s'],
  ['Failed to execute /init (error -8)', 'No working init found'],
  ['Out of memory: Killed process 1 (init)', 'Attempted to kill init!'],
  ['VFS: Cannot open root device "vda"', 'Unable to mount root fs'],
  ['virtio_blk virtio0: probe with driver virtio_blk failed with error -12', 'silent for 60 s'],
  ['arch_timer: No interrupt available, giving up', 'silent for 60 s'],
  ['irq: no irq domain found for gic!', 'watchdog: BUG: soft lockup - CPU#0 stuck'],
  ['Unable to handle kernel NULL pointer dereference at virtual address 0', 'Kernel panic - not syncing'],
] as const) {
  test(`known pair: ${cause}`, () =>
    assert.is(firstCause(['a', cause, 'b', 'the end'], 4, end)?.line, 2, end));
}

test('a line is no cause of itself, and what came after is none', () => {
  assert.is(firstCause(['a', 'VMM|ERROR: x', 'VMM|ERROR: y'], 2, 'VMM|ERROR: x'), undefined);
  assert.is(firstCause(boot, 1, symptom), undefined);
});

test('what explains another symptom is no cause', () =>
  assert.is(firstCause(boot, boot.length, 'the exit status was 3'), undefined));

test("an error that is nobody's fault in the guest, and one without a console, stay as they are", async () => {
  for (const error of [
    new HarnessError('infrastructure', 'QEMU died', { where: '/x/console.log:3' }),
    new HarnessError('product', 'x'),
    new HarnessError('product', 'x', { where: '/no/such/console.log:3' }),
  ])
    assert.is(await explainEnd(error, {}), error);
});

/** What is said of a wait that ended in vain with this on its console. */
const waited = (log: string) =>
  inFolder({ 'console.log': log }, async (folder) => {
    const where = `${join(folder, 'console.log')}:1`;
    const error = new HarnessError('product', '"# " did not appear within 5 s', { got: 'x', where });
    return (await explainEnd(error, {})).detail.got?.split('\n')[1];
  });

for (const [log, look] of [
  ['Welcome\r\nbuildroot login: ', /a question for a user/],
  ['Password: ', /a question for a password/],
  ['Hit any key\n=> ', /U-Boot's prompt/],
  ['(initramfs) ', /has not found its root/],
  ['/ # ', /the prompt of a shell/],
  ['', /nothing was printed at all: the image may be for another board/],
] as const) {
  test(`the end of a console is told by what it looks like: ${JSON.stringify(log)}`, async () =>
    assert.match((await waited(log)) ?? '', look));
}

test('a last line that looks like nothing known is no riddle', async () =>
  assert.is(await waited('random: crng init done\n'), undefined));

run();
