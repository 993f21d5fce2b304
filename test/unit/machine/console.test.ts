// SPDX-License-Identifier: BSD-2-Clause
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Duplex, duplexPair } from 'node:stream';
import * as assert from 'uvu/assert';
import { HarnessError } from '../../../harness/base/error.js';
import { limitRunFolders } from '../../../harness/base/folder-room.js';
import { waitedForCpu } from '../../../harness/base/starved.js';
import { Console, type ConsoleOptions } from '../../../harness/machine/console.js';
import { ConsoleLog, limitConsoleLogs } from '../../../harness/machine/console-log.js';
import { makeRunFolder } from '../../../harness/verdict/folder.js';
import { inFolder } from '../../support/folder.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

/** A console and the machine's end of its line. */
function pair(options: ConsoleOptions = {}): { console: Console; machine: Duplex } {
  const [near, machine] = duplexPair();
  return { console: new Console(near, options), machine };
}

const soon = { what: 'the answer', limit: 5_000 };
const never = { what: 'the answer', limit: 50 };

test('text that arrives before anyone waits is found by the first expect', async () => {
  const { console, machine } = pair();
  machine.write('boot\nready> ');
  await new Promise(setImmediate);
  const match = await console.expect('ready> ', soon);
  assert.equal([match.before, match.line], ['boot\n', 2]);
});

test('text after a match in the same chunk is kept for the next expect', async () => {
  const { console, machine } = pair();
  machine.write('one two three');
  await console.expect('one', soon);
  await console.expect('two', soon);
  assert.is((await console.expect('three', soon)).before, ' ');
});

test('a pattern that is split between two chunks is found', async () => {
  const { console, machine } = pair();
  const wait = console.expect('guest# ', soon);
  for (const byte of 'Linux\nguest# ') {
    machine.write(byte);
    await new Promise(setImmediate);
  }
  assert.is((await wait).line, 2);
});

test('a character of several bytes that is split between two chunks stays whole', async () => {
  const { console, machine } = pair();
  const bytes = Buffer.from('µ=1');
  machine.write(bytes.subarray(0, 1));
  await new Promise(setImmediate);
  machine.write(bytes.subarray(1));
  assert.is((await console.expect('=1', soon)).before, 'µ');
});

test('a console that takes over a line in the middle of a log continues its line numbers', async () => {
  const { console, machine } = pair({ firstLine: 40 });
  machine.write('one\ntwo');
  assert.is((await console.expect('two', soon)).line, 41);
  assert.is(console.line, 41);
});

test('the groups of a RegExp are returned, an absent one as empty text', async () => {
  const { console, machine } = pair();
  machine.write('Linux version 6.1.0 x\n');
  assert.equal((await console.expect(/version (\S+) (y)?/, soon)).groups, ['6.1.0', '']);
});

test('every byte of 8 MB is seen once and in order while lines are consumed one by one', async () => {
  const { console, machine } = pair();
  const lines = 80_000;
  const filler = 'x'.repeat(90);
  const produce = async () => {
    for (let line = 0; line < lines; line += 700) {
      const chunk = Array.from({ length: Math.min(700, lines - line) }, (_, i) => `${line + i} ${filler}\n`);
      machine.write(chunk.join(''));
      await new Promise(setImmediate);
    }
  };
  void produce();
  for (let line = 0; line < lines; line += 1) {
    const { groups, before } = await console.expect(/(\d+) x{90}\n/, soon);
    if (groups[0] !== String(line) || before !== '')
      assert.unreachable(`line ${line}: ${groups[0]}, "${before}"`);
  }
});

test('of endless unread output a bounded amount is kept, the newest', async () => {
  const { console, machine } = pair();
  const chunk = `${'z'.repeat(65_535)}\n`;
  for (let i = 0; i < 64; i += 1) {
    if (!machine.write(chunk)) await new Promise((resolve) => machine.once('drain', resolve));
  }
  machine.write('the end');
  const match = await console.expect('the end', soon);
  assert.ok(match.before.length < 3 << 20, `${match.before.length} characters kept`);
  assert.is(match.line, 65);
});

test('while a machine floods, a wait finds text that arrives in pieces, and ^ is still the beginning of all text', async () => {
  const { console, machine } = pair();
  const wait = console.expect(/^#|<(\w+)>/, soon);
  machine.write('begin\n');
  for (let i = 0; i < 3_000; i += 1) machine.write(`${'#'.repeat(99)}\n`);
  for (const piece of ['<', 'pie', 'ces', '>']) {
    machine.write(piece);
    await new Promise(setImmediate);
  }
  const match = await wait;
  assert.equal([match.groups, match.line, match.before.length], [['pieces'], 3_002, 300_006]);
});

test('of an endless line a marker examines only the last 4 KiB', async () => {
  const lengths: number[] = [];
  class Measuring extends RegExp {
    override test(line: string): boolean {
      lengths.push(line.length);
      return super.test(line);
    }
  }
  const line = new Measuring('the kernel died$');
  const { console, machine } = pair({ markers: [{ who: 'it', ends: 'machine', line, means: 'dead' }] });
  for (let i = 0; i < 100; i += 1) machine.write('Unhandled 1-bit '.repeat(1_000));
  const wait = refusal(console.expect('x', soon));
  machine.write('the kernel died\n');
  assert.is((await wait).message, 'it: dead');
  assert.equal(lengths, [4_096]);
});

test('a limit that expires names what did not appear, what was expected and the last line', async () => {
  const { console, machine } = pair();
  machine.write('Starting\r\n\x1b[1mhalf a line');
  const error = await refusal(console.expect('guest# ', { what: "the guest's prompt", limit: 50 }));
  assert.is(error.fault, 'product');
  assert.is(error.message, "the guest's prompt did not appear within 0.05 s");
  assert.is(error.detail.expected, '"guest# "');
  assert.is(error.detail.got, 'last line: half a line');
});

test('a completely silent machine is reported as such', async () => {
  const error = await refusal(pair().console.expect('x', never));
  assert.is(error.detail.got, 'not one byte');
});

test('silence ends a wait before its limit, and any byte restarts the silence limit', async () => {
  const { console, machine } = pair();
  const wait = refusal(console.expect('never', { what: 'a prompt', limit: 60_000, silence: 1000 }));
  let over = false;
  void wait.then(() => {
    over = true;
  });
  for (let i = 0; i < 4; i += 1) {
    machine.write('.');
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  assert.not(over, 'ended although bytes came');
  const error = await wait;
  assert.is(error.message, 'silent for 1 s while waiting for a prompt');
});

test('a dead marker ends the current wait with the name of who died and the lines that follow', async () => {
  const { console, machine } = pair();
  const wait = refusal(console.expect('guest# ', { what: 'a prompt', limit: 60_000 }));
  machine.write('[    1.0] Kernel panic - not syncing: VFS\r\n[    1.1] CPU: 0 PID: 1\r\n');
  const error = await wait;
  assert.is(error.message, 'guest: the guest kernel panicked');
  assert.match(error.detail.got ?? '', /VFS\n\[ {4}1.1\] CPU: 0/);
  assert.is((await refusal(console.expect('more', soon))).message, error.message);
});

test('text that arrived before a dead marker is still found', async () => {
  const { console, machine } = pair();
  machine.write('guest# \nvmm|ERROR: guest stopped: x\n');
  await console.expect('guest# ', soon);
});

test('a dead marker in an unfinished line does not count', async () => {
  const { console, machine } = pair();
  machine.write('vmm|ERROR: guest stop');
  assert.match((await refusal(console.expect('x', { ...never, limit: 600 }))).message, /did not appear/);
});

test("a closed stream ends the wait with its owner's reason", async () => {
  const reason = new HarnessError('infrastructure', 'QEMU died');
  const { console, machine } = pair({ whyClosed: async () => reason });
  const wait = refusal(console.expect('x', soon));
  machine.end();
  assert.is(await wait, reason);
  assert.is(await refusal(console.send('x')), reason);
});

test('two waits at once are a bug of the caller, and the first one continues', async () => {
  const { console, machine } = pair();
  const first = console.expect('one', soon);
  assert.is((await refusal(console.expect('two', soon))).fault, 'harness');
  machine.write('one');
  await first;
});

test('the raw log contains every byte unchanged, the timed log a time before every line and nothing that a terminal obeys', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'console-'));
  try {
    let now = 0;
    const log = new ConsoleLog(folder, () => now);
    const { console, machine } = pair({ log });
    const bytes = Buffer.from([0, 0xff, 0x0d, 0x0a, 0x61, 0x0a, 0x62]);
    now = 1_500;
    machine.write(bytes);
    await console.expect('b', soon);
    assert.is(console.position().where, `${log.rawPath}:3`);
    log.close();
    assert.equal(readFileSync(log.rawPath), bytes);
    const timed = readFileSync(log.timedPath, 'utf8').split('\n').slice(1);
    assert.equal(timed, ['[    1.500] \\x00\ufffd', '[    1.500] a', '[    1.500] b']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a limit grows by the time that the machine waited for a CPU, and counts anew when a byte comes', async () => {
  let starved = 0;
  const { console, machine } = pair({ starved: () => starved });
  const begin = performance.now();
  const late = refusal(console.expect('never', { limit: 10_000, silence: 50 }));
  starved = 400;
  assert.match((await late).message, /^silent for 0\.05 s/);
  assert.ok(performance.now() - begin >= 400);
  const wait = console.expect('never', { limit: 100 });
  setTimeout(() => {
    starved += 10_000_000;
  }, 50);
  // A host that gives it nothing at all does not make it wait for ever.
  assert.match((await refusal(wait)).message, /^"never" did not appear within 0\.1 s/);
  machine.write('x');
});

test('the time that a process waited for a CPU is what the kernel says', () => {
  assert.ok(waitedForCpu(process.pid) >= 0);
  assert.is(waitedForCpu(undefined), 0);
  assert.is(waitedForCpu(2 ** 30), 0);
});

test('a log that goes on after another machine counts its lines, and a line without an end is ended', () =>
  inFolder({}, async (folder) => {
    new ConsoleLog(folder).close();
    for (const [text, begins] of [
      ['one\ntwo', 1],
      ['three\n', 3],
      ['four\n', 4],
    ] as const) {
      const log = new ConsoleLog(folder, undefined, true);
      assert.is(log.firstLine, begins);
      log.write(Buffer.from(text));
      log.close();
    }
    assert.is(readFileSync(join(folder, 'console.log'), 'utf8'), 'one\ntwo\nthree\nfour\n');
    const timed = readFileSync(join(folder, 'console.timed.log'), 'utf8');
    assert.match(timed, /^# seconds since .*\n\[.*\] one\n\[.*\] two\n\[.*\] three\n\[.*\] four\n$/);
  }));

test('a wait needs no words: its error shows the pattern, and its stack leads to the caller', async () => {
  const { console } = pair();
  async function caller() {
    await console.expect(/never/, { limit: 10 });
  }
  const error = await refusal(caller());
  assert.match(error.message, /^\/never\/ did not appear within 0\.01 s/);
  assert.match(error.stack ?? '', /at .*caller/);
});

test('quiet waits until nothing more comes, and keeps what came', async () => {
  const { console, machine } = pair();
  let left = 5;
  const talk = setInterval(() => {
    machine.write('word ');
    left -= 1;
    if (left === 0) clearInterval(talk);
  }, 5);
  await console.quiet(200);
  assert.is(left, 0);
  assert.is((await console.expect(/(word ){5}/, soon)).before, '');
});

test('a console that does not fall silent is an error of what runs there', async () => {
  const { console, machine } = pair();
  const talk = setInterval(() => machine.write('x'), 2);
  try {
    const error = await refusal(console.quiet(100, 250));
    assert.equal([error.fault, error.detail.expected], ['product', 'silence for 0.1 s']);
  } finally {
    clearInterval(talk);
  }
});

test('a log that cannot be written ends the wait, and the error names the file', async () => {
  const log = new ConsoleLog(mkdtempSync(join(tmpdir(), 'console-')));
  const { console, machine } = pair({ log });
  log.close();
  machine.write('x');
  const error = await refusal(console.expect('y', soon));
  assert.is(error.fault, 'infrastructure');
  assert.is(error.detail.where, log.rawPath);
  rmSync(join(log.rawPath, '..'), { recursive: true });
});

test('a console that exceeds the limit of its log ends the wait, and the log stays within the limit', async () => {
  await inFolder({}, async (folder) => {
    limitConsoleLogs(1_000);
    const log = new ConsoleLog(folder);
    try {
      for (let left = 9; left > 0; left -= 1) log.write(Buffer.alloc(100, 'x'));
      const error = await refusal(() => log.write(Buffer.alloc(101, 'x')));
      assert.equal([error.exitCode, error.detail.expected], [1, 'at most 1000 bytes']);
      assert.match(error.detail.wayOut ?? '', /--console-limit/);
      assert.is(statSync(log.rawPath).size, 900);
    } finally {
      log.close();
      limitConsoleLogs();
    }
  });
});

test("consoles that together exceed the limit of their run's folder end the wait, whatever the size of each", async () => {
  await inFolder({}, async (root) => {
    limitRunFolders(10_000);
    const folder = await makeRunFolder(root, 'board', 'sdk');
    const logs = ['one', 'two'].map((name) => {
      mkdirSync(join(folder, name));
      return new ConsoleLog(join(folder, name));
    });
    try {
      // A line end is one byte in the raw log, and a time in the other.
      const flood = () => {
        for (let left = 10_000; left > 0; left -= 1) for (const log of logs) log.write(Buffer.from('\n'));
      };
      const error = await refusal(flood);
      assert.equal([error.exitCode, error.detail.where], [1, folder]);
      assert.match(error.detail.wayOut ?? '', /--folder-limit/);
      const sizes = logs.flatMap(({ rawPath, timedPath }) => [
        statSync(rawPath).size,
        statSync(timedPath).size,
      ]);
      assert.ok(sizes.reduce((sum, size) => sum + size) < 11_000, sizes.join(' '));
    } finally {
      for (const log of logs) log.close();
      limitRunFolders();
    }
  });
});

run();
