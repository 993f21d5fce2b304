import * as assert from 'uvu/assert';
import { HarnessError } from '../../../harness/base/error.js';
import { pair } from '../../support/console-pair.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

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

run();
