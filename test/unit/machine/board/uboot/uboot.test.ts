// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { HarnessError } from '../../../../../harness/base/error.js';
import { changeBaud } from '../../../../../harness/machine/board/uboot/baud.js';
import { defaultUBoot, type UBootSettings } from '../../../../../harness/machine/board/uboot/settings.js';
import { UBoot } from '../../../../../harness/machine/board/uboot/uboot.js';
import { type Commands, FakeUBoot } from '../../../../support/fake-uboot.js';
import { refusal } from '../../../../support/refusal.js';
import { run, test } from '../../../../support/test.js';

const limits = { firstByte: 5_000, autoboot: 5_000, prompt: 5_000, garbage: 60_000, echo: 300 };

/** A board that was just switched on, and the notes about it. */
function board(commands: Commands = {}, settings: Partial<UBootSettings> = {}) {
  const fake = new FakeUBoot(commands);
  const notes: string[] = [];
  const uboot = new UBoot(
    fake.wire,
    { ...defaultUBoot, limits, ...settings },
    { onNote: (text) => notes.push(text) },
  );
  return { fake, uboot, notes };
}

/** The same board at its prompt. */
async function atPrompt(commands: Commands = {}, settings: Partial<UBootSettings> = {}) {
  const all = board(commands, settings);
  const reached = all.uboot.reach();
  all.fake.boot();
  await reached;
  return all;
}

test('autoboot is stopped, and the version is taken from the banner', async () => {
  const { uboot } = await atPrompt();
  assert.is(uboot.version, 'U-Boot 2099.01');
});

for (const prompt of ['=> ', 'u-boot=> ', 'odroidc4# ', 'ODROID-C4 # ', 'Hit> ']) {
  test(`the prompt "${prompt}" is learnt`, async () => {
    const { fake, uboot } = board({ version: () => 'here' });
    fake.prompt = prompt;
    const reached = uboot.reach();
    fake.boot();
    await reached;
    assert.equal(await uboot.run('version'), { output: 'here', status: 0 });
  });
}

test('a prompt from the lab file is waited for, whatever else looks like one', async () => {
  const { fake, uboot } = board({ list: () => 'a# b> c=>' }, { prompt: '<board> ' });
  fake.prompt = '<board> ';
  const reached = uboot.reach();
  fake.boot();
  await reached;
  assert.is((await uboot.run('list')).output, 'a# b> c=>');
});

test('a prompt that changes is refused', async () => {
  const { fake, uboot } = board();
  let number = 0;
  Object.defineProperty(fake, 'prompt', { get: () => `board${number++}# ` });
  const reached = refusal(uboot.reach());
  fake.boot();
  assert.is((await reached).message, "U-Boot's prompt changes");
});

test('a command returns its output, without echo and prompt, and its status', async () => {
  const { uboot } = await atPrompt({ ping: () => ({ output: 'ping failed; host is not alive', status: 1 }) });
  assert.equal(await uboot.run('ping 1.2.3.4'), { output: 'ping failed; host is not alive', status: 1 });
  assert.equal(await uboot.run('setenv a b'), { output: '', status: 0 });
});

test('a command that must succeed and fails is an infrastructure error with its last lines', async () => {
  const { uboot } = await atPrompt({ dhcp: () => ({ output: 'one\nRetry time exceeded', status: 1 }) });
  const error = await refusal(uboot.must('dhcp'));
  assert.equal([error.fault, error.message], ['infrastructure', 'U-Boot: "dhcp" failed']);
  assert.match(error.detail.got ?? '', /status 1: one\n +Retry time exceeded/);
});

test('a command whose echo arrives damaged is not run, but typed again', async () => {
  const { fake, uboot, notes } = await atPrompt({ erase: () => '' });
  let damaged = false;
  fake.echo = (key) => {
    if (damaged || key !== 'x') return key;
    damaged = true;
    return 'y';
  };
  await uboot.run('erase 0x10');
  assert.equal(fake.ran, ['erase 0x10']);
  assert.match(notes[0] ?? '', /did not echo "erase 0x10.*typing it again/);
});

test('for a board that drops characters every time, the error names character_delay', async () => {
  const { fake, uboot } = await atPrompt();
  fake.echo = (key) => (key === 'v' ? '' : key);
  const error = await refusal(uboot.run('version'));
  assert.match(error.detail.wayOut ?? '', /character_delay/);
  assert.equal(fake.ran, []);
});

test('a command that ends without its result is run again, three times at most', async () => {
  const { fake, uboot, notes } = await atPrompt({ loose: () => '' });
  const say = fake.say.bind(fake);
  fake.say = (text) => say(/^vh\d+=\d/.test(text) ? text.replace(/=\d/, '') : text);
  const error = await refusal(uboot.run('loose'));
  assert.is(error.message, 'U-Boot\'s answer to "loose" arrives damaged');
  assert.equal(fake.ran, ['loose', 'loose', 'loose']);
  assert.is(notes.length, 2);
});

test('a banner in the middle of the work is a reset of the board', async () => {
  const { uboot } = await atPrompt({ tftpboot: () => ({ reset: true }) });
  const error = await refusal(uboot.run('tftpboot'));
  assert.match(error.message, /^U-Boot: the board was reset in the middle of the work/);
  assert.is(error.fault, 'infrastructure');
});

test('when a wait fails on a dead line, the error names the line', async () => {
  const gone = new HarnessError('infrastructure', 'the port vanished');
  const fake = new FakeUBoot();
  const uboot = new UBoot(
    fake.wire,
    { ...defaultUBoot, limits: { ...limits, firstByte: 50 } },
    { trouble: () => gone },
  );
  assert.is(await refusal(uboot.reach()), gone);
});

test("after the image has started, U-Boot's markers no longer apply, and a panic is the product's fault", async () => {
  const { fake, uboot } = await atPrompt({ go: () => 'Kernel panic - not syncing: no' });
  const console = await uboot.start(
    'go 0x20000000',
    async () => new HarnessError('infrastructure', 'closed'),
  );
  const error = await refusal(console.expect('guest# ', { what: 'the prompt', limit: 5_000 }));
  assert.equal([error.fault, fake.ran], ['product', ['go 0x20000000']]);
});

test("an image that U-Boot refuses ends the wait at once with U-Boot's message", async () => {
  const { uboot } = await atPrompt({
    bootm: () => 'Wrong Image Format for bootm command\nERROR: cannot get kernel image!',
  });
  const console = await uboot.start('bootm 0x1000', async () => new HarnessError('infrastructure', 'closed'));
  const error = await refusal(console.expect('guest# ', { what: 'the prompt', limit: 5_000 }));
  assert.match(error.explain(), /U-Boot: it refused the image\n.*Wrong Image Format/);
});

test('both ends change the baud rate, U-Boot first', async () => {
  const order: string[] = [];
  const { fake, uboot } = await atPrompt({
    setenv: (words) => {
      order.push(words.slice(1).join(' '));
      return words[1] === 'baudrate' ? '## Switch baudrate to 921600 bps and press ENTER ...' : '';
    },
  });
  await changeBaud(uboot, { setBaud: async (baud) => void order.push(`port ${baud}`) }, 921_600);
  assert.equal(order, ['baudrate 921600', 'port 921600']);
  assert.equal(fake.ran, ['setenv baudrate 921600']);
});

test('a baud rate that U-Boot does not support leaves the port unchanged', async () => {
  const { uboot } = await atPrompt({ setenv: () => '## Baudrate 12345 bps not supported' });
  const setBaud = async () => assert.unreachable('the port was changed');
  const error = await refusal(changeBaud(uboot, { setBaud }, 12_345));
  assert.is(error.message, 'U-Boot does not support 12345 baud');
});

run();
