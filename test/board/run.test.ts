// SPDX-License-Identifier: BSD-2-Clause
/** The commands for a lab, as a user runs them, on the virtual board. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { SerialLine } from '../../harness/machine/board/serial/line.js';
import { defaultSettings } from '../../harness/machine/board/serial/settings.js';
import { Console } from '../../harness/machine/console.js';
import { startVirtualBoard } from '../../harness/machine/virtual/virtual-board.js';
import { bareImage } from '../support/bare-image.js';
import { qemuBoard } from '../support/fake-guest.js';
import { inFolder } from '../support/folder.js';
import { cli, harness } from '../support/harness.js';
import { processes } from '../support/processes.js';
import { run, test } from '../support/test.js';

const folder = mkdtempSync(join(tmpdir(), 'lab-run-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const image = bareImage(qemuBoard, 'console', folder);

const soon = { what: 'the answer', limit: 60_000 };
const limit = 170_000;
const virtual = (name: string, more = '') =>
  `[board.${name}]\nboard = "qemu_virt_aarch64"\nvirtual = true\n${more}`;
const lab = {
  'lab.toml': virtual('fast') + virtual('slow', 'upload.by = "ymodem"\nuboot.start = "bootm"\n'),
};

test(
  'a Linux guest passes every check on each of two virtual boards side by side, uploaded by TFTP over their own lines',
  () =>
    inFolder({ 'lab.toml': `${virtual('left')}${virtual('right')}` }, async (root) => {
      const words = ['run', '--all', '--lab', join(root, 'lab.toml'), '--runs', join(root, 'runs')];
      const { code, out, err } = await harness([...words, '--sdk', 'minikit', '--json']);
      assert.is(code, 0, err);
      const verdict = JSON.parse(out);
      assert.is(verdict.outcome, 'pass');
      assert.match(verdict.repeat, /run --all --lab \S+lab\.toml/);
      for (const [index, name] of ['left', 'right'].entries()) {
        const board = verdict.boards[index];
        assert.equal([board.outcome, board.target, board.folder], ['pass', `lab: ${name}`, name]);
        assert.match(board.facts['U-Boot'], /^U-Boot 20\d\d\.\d\d/);
        assert.match(board.repeat, new RegExp(`--lab \\S+lab\\.toml .*--board ${name}`));
        const kept = join(root, 'runs', 'latest', name);
        assert.match(
          readFileSync(join(kept, 'console.log'), 'latin1'),
          /Hit any key[\s\S]*tftpboot[\s\S]*guest# /,
        );
        assert.not.ok(existsSync(join(kept, 'upload')));
      }
      assert.ok(existsSync(join(root, 'runs', 'latest', 'junit.xml')));
    }),
  { limit },
);

/** Runs a command and types its input when its output shows `when`. */
function typed(
  words: readonly string[],
  steps: [when: string, keys: string][],
): Promise<{ code: number | null; out: string }> {
  const child = spawn(process.execPath, [cli, ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (bytes: Buffer) => {
    out += bytes.toString('latin1');
    const [step] = steps;
    if (step && out.includes(step[0])) {
      steps.shift();
      child.stdin.write(step[1]);
    }
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out })));
}

test(
  'flash uploads an image by YMODEM, starts it by bootm, and stays on its console until Ctrl-]',
  () =>
    inFolder(lab, async (root) => {
      const words = ['flash', image, '--lab', join(root, 'lab.toml'), '--board', 'slow', '--console'];
      const { code, out } = await typed(
        [...words, '--runs', join(root, 'runs')],
        [
          ['ready', 'hello'],
          ['hello', '\x1d'],
        ],
      );
      assert.is(code, 0);
      assert.match(readFileSync(join(root, 'runs', 'latest', 'console.log'), 'latin1'), /ready\r?\nhello$/);
      assert.match(out, /slow runs .*console\.img; its log: /);
    }),
  { limit },
);

test(
  'console is a terminal on the line, with the log kept',
  () =>
    inFolder(lab, async (root) => {
      const words = [
        'console',
        '--lab',
        join(root, 'lab.toml'),
        '--board',
        'fast',
        '--runs',
        join(root, 'runs'),
      ];
      const { code, out } = await typed(words, [
        ['autoboot', ' '],
        ['=> ', 'echo ab$nothing-cd\n'],
        ['ab-cd', '\x1d'],
      ]);
      assert.is(code, 0);
      assert.match(out, /115200 8N1; Ctrl-\] leaves it/);
      assert.match(readFileSync(join(root, 'runs', 'latest', 'console.log'), 'latin1'), /ab-cd/);
    }),
  { limit },
);

test(
  'doctor tries each part of each board and starts nothing',
  () =>
    inFolder(lab, async (root) => {
      const { code, out, err } = await harness(['doctor', '--lab', join(root, 'lab.toml'), '--json']);
      assert.is(code, 0, err);
      const findings: { what: string; ok: boolean }[] = JSON.parse(out).parts;
      const parts = ['port', 'power and U-Boot', 'commands', 'upload'];
      const wanted = ['fast', 'slow'].flatMap((name) => parts.map((part) => `${name}: ${part}`));
      assert.equal(
        findings.map(({ what }) => what),
        wanted,
      );
    }),
  { limit },
);

test(
  'a card made by sdcard boots the board with nobody at its console',
  () =>
    inFolder({}, async (root) => {
      const card = join(root, 'card.img');
      const { code, err } = await harness(['sdcard', image, '-o', card, '--start', 'bootm']);
      assert.is(code, 0, err);
      const board = await startVirtualBoard({ board: qemuBoard, tftpRoot: root, card });
      const path = board.port;
      const line = await SerialLine.open({
        path,
        settings: defaultSettings,
        command: 'a test',
        lockFolder: root,
      });
      try {
        const console = new Console(line.attach());
        await board.power.cycle(new AbortController().signal);
        await console.expect('starting image.img by bootm', soon);
        await console.expect('ready\n', soon);
      } finally {
        await line.close();
        await board.close();
      }
    }),
  { limit },
);

test(
  'Ctrl-C in the middle of an upload ends the command at once, with nothing left of it',
  () =>
    inFolder(lab, async (root) => {
      const words = [
        'flash',
        image,
        '--lab',
        join(root, 'lab.toml'),
        '--board',
        'slow',
        '--runs',
        join(root, 'runs'),
      ];
      const child = spawn(process.execPath, [cli, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
      let err = '';
      child.stderr.on('data', (bytes: Buffer) => {
        const before = err.includes('uploading');
        err += bytes.toString();
        if (!before && err.includes('uploading')) child.kill('SIGINT'); // only once: a second one kills at once
      });
      const code = await new Promise((resolve) => child.on('close', resolve));
      assert.equal([code, /interrupted/.test(err)], [130, true], err);
      assert.equal(processes(root), []);
      assert.not.ok(existsSync(join(root, 'runs', 'latest', 'upload')));
    }),
  { limit },
);

test('a port that does not exist is an infrastructure error of the command', () =>
  inFolder(
    { 'lab.toml': '[board.qemu_virt_aarch64]\nport = "/dev/ttyNONE0"\npower.person = true\n' },
    async (root) => {
      const words = ['flash', image, '--lab', join(root, 'lab.toml'), '--runs', join(root, 'runs')];
      const { code, err } = await harness(words);
      assert.equal([code, /\/dev\/ttyNONE0: the serial port does not exist/.test(err)], [3, true], err);
    },
  ));

test('a missing lab file, a board that is not in it and a mistake in it are usage errors', () =>
  inFolder({ ...lab, 'bad.toml': '[board.x]\nprot = "y"\n' }, async (root) => {
    const none = await harness(['run', '--lab', join(root, 'none.toml')]);
    assert.equal([none.code, /the lab file cannot be read/.test(none.err)], [2, true]);
    const which = await harness(['flash', image, '--lab', join(root, 'lab.toml')]);
    assert.equal(
      [
        which.code,
        /the lab has several boards: choose one\n.*--board with one of fast, slow/.test(which.err),
      ],
      [2, true],
    );
    const other = await harness(['flash', image, '--lab', join(root, 'lab.toml'), '--board', 'fsat']);
    assert.equal([other.code, /did you mean fast\?/.test(other.err)], [2, true]);
    const bad = await harness(['doctor', '--lab', join(root, 'bad.toml')]);
    assert.equal([bad.code, /bad\.toml:2:1: there is no key prot/.test(bad.err)], [2, true]);
  }));

run();
