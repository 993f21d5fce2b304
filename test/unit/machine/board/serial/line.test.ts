// SPDX-License-Identifier: BSD-2-Clause
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { lockFile } from '../../../../../harness/machine/board/serial/lease.js';
import { type LineOptions, SerialLine } from '../../../../../harness/machine/board/serial/line.js';
import { defaultSettings } from '../../../../../harness/machine/board/serial/settings.js';
import { lineTrouble } from '../../../../../harness/machine/board/serial/trouble.js';
import { Console } from '../../../../../harness/machine/console.js';
import { Pty } from '../../../../support/pty.js';
import { refusal } from '../../../../support/refusal.js';
import { run, test } from '../../../../support/test.js';

interface Bench {
  pty: Pty;
  line: SerialLine;
  /** The bytes that the board has received. */
  heard: () => string;
  notes: string[];
  options: LineOptions;
}

async function withLine(more: Partial<LineOptions>, body: (bench: Bench) => Promise<void>): Promise<void> {
  const lockFolder = mkdtempSync(join(tmpdir(), 'locks-'));
  const chunks: Buffer[] = [];
  const notes: string[] = [];
  const pty = await Pty.open((bytes) => chunks.push(bytes));
  const options = {
    path: pty.path,
    settings: defaultSettings,
    command: 'a test',
    lockFolder,
    onNote: (text: string) => notes.push(text),
    ...more,
  };
  const line = await SerialLine.open(options);
  try {
    await body({ pty, line, heard: () => Buffer.concat(chunks).toString('latin1'), notes, options });
  } finally {
    await line.close();
    await pty.close();
    rmSync(lockFolder, { recursive: true });
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

const soon = { what: 'the text', limit: 10_000 };

test('output of the board reaches the console, and input reaches the board', () =>
  withLine({}, async ({ pty, line, heard }) => {
    const console = new Console(line.attach());
    await pty.say('U-Boot\r\n=> ');
    await console.expect('=> ', soon);
    await console.send('version\n');
    await until(() => heard() === 'version\n');
    assert.is(line.received, 11);
  }));

test('bytes of every value pass in both directions unchanged', () =>
  withLine({}, async ({ pty, line, heard }) => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const got: Buffer[] = [];
    line.tap((bytes) => got.push(bytes));
    await pty.say(all);
    await line.write(all);
    await until(() => heard().length === 256 && Buffer.concat(got).length === 256);
    assert.equal(Buffer.concat(got), all);
    assert.equal(Buffer.from(heard(), 'latin1'), all);
  }));

test('8 MB at full speed arrive whole and in order', () =>
  withLine({}, async ({ pty, line }) => {
    const chunk = Buffer.from(Array.from({ length: 65_536 }, (_, i) => (i * 7919) % 251));
    const [sent, got] = [createHash('sha1'), createHash('sha1')];
    line.tap((bytes) => got.update(bytes));
    for (let i = 0; i < 128; i += 1) {
      sent.update(chunk);
      await pty.say(chunk);
    }
    await until(() => line.received >= 128 * chunk.length);
    assert.is(got.digest('hex'), sent.digest('hex'));
  }));

test('a transfer that attaches has the line to itself; afterwards the console has it again', () =>
  withLine({}, async ({ pty, line }) => {
    const console = new Console(line.attach());
    const transfer = line.attach();
    let raw = '';
    transfer.on('data', (bytes: Buffer) => {
      raw += bytes.toString();
    });
    await pty.say('CCC');
    await until(() => raw === 'CCC');
    transfer.destroy();
    await pty.say('=> ');
    assert.is((await console.expect('=> ', soon)).before, '');
  }));

test('a character delay slows typing, but not a transfer', () =>
  withLine({ settings: { ...defaultSettings, characterDelay: 20 } }, async ({ line, heard }) => {
    const typed = line.attach();
    const fast = line.attach({ slowly: false });
    typed.write('typed');
    fast.write('FAST');
    await until(() => heard().includes('FAST'));
    assert.ok(heard().indexOf('FAST') <= 2, heard());
    await until(() => heard().replace('FAST', '') === 'typed');
  }));

test('a second user finds the port busy while it is held, and free afterwards', () =>
  withLine({}, async ({ line, options }) => {
    const error = await refusal(SerialLine.open(options));
    assert.match(error.message, /^busy: held by PID \d+ since \d\d:\d\d$/);
    await line.close();
    await (await SerialLine.open(options)).close();
    assert.not.ok(existsSync(await lockFile(options.path, options.lockFolder)));
  }));

test('a port that another program has locked is busy even without a lock file', () =>
  withLine({}, async ({ options }) => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'locks-'));
    const error = await refusal(SerialLine.open({ ...options, lockFolder: elsewhere }));
    rmSync(elsewhere, { recursive: true });
    assert.match(error.message, /^the port is busy/);
  }));

test('a port that disappears and returns is opened again, and both ends continue', () =>
  withLine({}, async ({ pty, line, heard, notes }) => {
    const console = new Console(line.attach());
    await pty.say('before');
    await console.expect('before', soon);
    await pty.unplug();
    await until(() => notes.length === 1);
    const sent = console.send('typed while it was gone\n');
    await pty.plug();
    await sent;
    await until(() => heard().endsWith('gone\n'));
    await pty.say('after');
    await console.expect('after', soon);
    assert.match(notes[0] ?? '', /vanished/);
    assert.match(notes[1] ?? '', /is back after \d\.\d s; the board's output meanwhile is lost/);
  }));

test('a port that stays away ends the current wait, and the error says how long it was gone', () =>
  withLine({ reconnectLimit: 300 }, async ({ pty, line }) => {
    const console = new Console(line.attach(), { whyClosed: async () => line.failure as never });
    const wait = refusal(console.expect('x', soon));
    await pty.unplug();
    const error = await wait;
    assert.is(error.message, 'the port vanished and did not come back');
    assert.is(error.fault, 'infrastructure');
  }));

test('closing the port does not drop its control lines, which resets some boards', () =>
  withLine({}, async ({ pty }) => {
    assert.match(execFileSync('stty', ['-a', '-F', pty.path], { encoding: 'utf8' }), /-hupcl/);
  }));

test('a silent line, garbage and text are distinguished', () =>
  withLine({}, async ({ pty, line }) => {
    assert.is(lineTrouble(line, 0)?.message, 'the board is silent');
    await pty.say(Buffer.alloc(60, 0xf8));
    await until(() => line.received === 60);
    const garbage = lineTrouble(line, 60);
    assert.is(garbage?.detail.got, '100 % of the last 60 bytes are not text');
    assert.is(garbage?.detail.expected, 'a console at 115200 8N1');
    await pty.say('\x1b[1mStarting kernel ...\r\n'.repeat(30));
    await until(() => line.received === 60 + 30 * 25);
    assert.is(lineTrouble(line, 1), undefined);
  }));

run();
