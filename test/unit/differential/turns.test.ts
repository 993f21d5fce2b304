// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { HarnessError } from '../../../harness/base/error.js';
import type { Machine, Start } from '../../../harness/differential/machine.js';
import { takingTurns } from '../../../harness/differential/turns.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

/** A board on which two machines are started: what happens there, one event a line. */
class Board {
  readonly events: string[] = [];
  #up = '';

  starter(name: string, fails = () => false): Start {
    return async () => {
      assert.is(this.#up, '', `${name} is started while ${this.#up} is up`);
      this.events.push(`${name} on`);
      if (fails()) throw new HarnessError('infrastructure', `${name} does not start`);
      this.#up = name;
      const answer = async (payload: Uint8Array) => {
        assert.is(this.#up, name, `a request for ${name}`);
        this.events.push(`${name} ${payload[0]}`);
        await new Promise((resolve) => setImmediate(resolve));
        assert.is(this.#up, name, `${name} is switched off in the middle of a request`);
        return { session: 1, number: 0, kind: 4, payload };
      };
      return {
        name,
        greeting: {} as Machine['greeting'],
        line: { run: answer, batch: answer, member: answer },
        lastOutput: () => `${name} was here`,
        powerOff: async () => {
          if (this.#up !== name) return;
          this.events.push(`${name} off`);
          this.#up = '';
        },
      };
    };
  }
}

const program = (number: number) => Uint8Array.of(number);

test('requests for the machine that is up are served before the other one is started', async () => {
  const board = new Board();
  const { bare, vmm } = takingTurns(board.starter('bare'), board.starter('vmm'));
  const machines = await Promise.all([bare(), vmm()]);
  board.events.length = 0;
  await Promise.all([1, 2, 3].flatMap((n) => machines.map(({ line }) => line.run(program(n)))));
  assert.equal(board.events, [
    ...['vmm 1', 'vmm 2', 'vmm 3', 'vmm off'],
    ...['bare on', 'bare 1', 'bare 2', 'bare 3'],
  ]);
  for (const machine of machines) await machine.powerOff();
  assert.is(board.events.at(-1), 'bare off');
});

test('a machine that was switched off is started again for the next request', async () => {
  const board = new Board();
  const { vmm } = takingTurns(board.starter('bare'), board.starter('vmm'));
  const first = await vmm();
  await first.powerOff();
  await (await vmm()).line.run(program(1));
  assert.equal(board.events, ['vmm on', 'vmm off', 'vmm on', 'vmm 1']);
});

test('a machine that does not start fails only its own requests', async () => {
  const board = new Board();
  let broken = true;
  const { bare, vmm } = takingTurns(
    board.starter('bare'),
    board.starter('vmm', () => broken),
  );
  const [alone, error] = await Promise.all([bare(), refusal(vmm())]);
  assert.is(error.message, 'vmm does not start');
  await alone.line.run(program(1));
  broken = false;
  const other = await vmm();
  await Promise.all([alone.line.run(program(2)), other.line.run(program(2))]);
  assert.is(other.lastOutput(), 'vmm was here');
});

run();
