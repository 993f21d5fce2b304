// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { assertionOf, ConsoleText } from '../../../harness/conform/console-text.js';
import { run, test } from '../../support/test.js';

const heard = (...pieces: string[]): ConsoleText => {
  const text = new ConsoleText();
  for (const piece of pieces) text.add(Buffer.from(piece));
  return text;
};

test("the fault of a protection domain is the VMM's death, in whatever pieces its report arrives", () => {
  const line = "minikit|ERROR: protection domain 'agent' took a data abort at address 0x10 pc 0x200140\n";
  assert.is(heard(line).dead(), 'vmm');
  for (let at = 1; at < line.length; at += 1)
    assert.is(heard(line.slice(0, at), line.slice(at)).dead(), 'vmm', `cut at ${at}`);
  assert.is(heard('MON|ERROR: received message 0x00000006  badge: 0x1\n').dead(), 'vmm');
});

test("an assertion of a library is the VMM's death, and its line is found", () => {
  const lines = [
    "Failed assertion 'vcpu < 4' at src/virq.c:77 in function virq_inject",
    'agent|assert failed: vcpu < 4 src/virq.c:77 virq_inject',
    "conform-host: src/virq.c:77: virq_inject: Assertion `vcpu < 4' failed.",
  ];
  for (const line of lines) {
    assert.is(heard('agent|INFO: x\n', `${line}\n`).dead(), 'vmm', line);
    assert.match(assertionOf(`noise\n${line}\nmore`) ?? '', /vcpu < 4/);
  }
  assert.is(assertionOf('seL4 failed assertion x at y.c:1\n'), undefined);
});

test("a kernel that stopped itself is the target's death, not the VMM's", () => {
  assert.is(heard('seL4 failed assertion x at y.c:1\n').dead(), 'target');
  assert.is(heard('minikit|ERROR: out of memory\n').dead(), 'target');
});

test('other output is only kept, and only its end', () => {
  const text = heard('Bootstrapping kernel\n', 'vmm|ERROR: guest stopped: x\n', 'half a line');
  assert.is(text.dead(), undefined);
  assert.match(text.text(), /half a line$/);
  text.add(Buffer.from('x'.repeat(10_000)));
  assert.ok(text.text().length <= 4_000);
  text.add(Buffer.from('\nMON|ERROR: received message\n'));
  assert.is(text.dead(), 'vmm');
});

run();
