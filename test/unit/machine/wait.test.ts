import * as assert from 'uvu/assert';
import { waitedForCpu } from '../../../harness/base/starved.js';
import { pair } from '../../support/console-pair.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

const soon = { what: 'the answer', limit: 5_000 };
const never = { what: 'the answer', limit: 50 };

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

run();
