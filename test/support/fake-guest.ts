// SPDX-License-Identifier: BSD-2-Clause
/** The far end of a console that answers like the guest's shell: echo, output, prompt. */
import { type Duplex, duplexPair } from 'node:stream';
import type { Board } from '../../boards/board.js';
import { boards } from '../../boards/index.js';
import { Console } from '../../harness/machine/console.js';
import type { Machine } from '../../harness/machine/machine.js';
import { guestPrompt } from '../../harness/run/boot.js';
import type { CheckContext } from '../../harness/run/checks/check.js';
import { GuestShell } from '../../harness/run/shell.js';

/** The output of a command. A function may write to the console itself, and is called each time. */
export type Answers = Record<string, string | ((guest: FakeGuest) => string | Promise<string>)>;

export const qemuBoard = boards.get('qemu_virt_aarch64') as Board;

/** A line as GuestShell sends it. */
const wrapped = /^echo "(@\d+)"'<'; (.*); echo "\1"'>'\$\?$/;
const asking = /^echo "typ"'e:'; read -r line; echo "go"'t:'\$line:$/;

export class FakeGuest {
  readonly machine: Machine;
  readonly shell: GuestShell;
  /** Lines that were typed, unchanged. */
  readonly typed: string[] = [];
  readonly #wire: Duplex;
  #rest = '';
  #reading = false;
  #time = 0;
  /** Called with a line that the guest reads by `read -r line`; returns what it received. */
  hears: (line: string) => string = (line) => line;

  readonly #answers: Answers;

  constructor(answers: Answers) {
    this.#answers = answers;
    const [near, far] = duplexPair();
    this.#wire = far;
    far.on('data', (chunk: Buffer) => this.#take(chunk.toString()));
    const console = new Console(near);
    this.machine = {
      stream: near,
      console,
      facts: {},
      diagnose: async () => undefined,
      reset: async () => {},
      powerOff: async () => {},
    };
    this.shell = new GuestShell(console, guestPrompt);
  }

  /** Simulated host time: it passes only while a check sleeps. */
  readonly now = () => this.#time;
  readonly sleep = async (ms: number) => {
    this.#time += ms;
  };

  /** Puts text on the console. */
  say(text: string): void {
    this.#wire.write(text.replaceAll('\n', '\r\n'));
  }

  context(more: Partial<CheckContext> = {}): CheckContext {
    const { machine, shell } = this;
    return { machine, shell, guests: new Map(), programs: {}, now: this.now, sleep: this.sleep, ...more };
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) void this.#obey(line);
  }

  async #obey(line: string): Promise<void> {
    this.typed.push(line);
    this.say(`${line}\n`);
    if (this.#reading) {
      this.#reading = false;
      this.say(`got:${this.hears(line)}:\n${guestPrompt}`);
    } else if (asking.test(line)) {
      this.#reading = true;
      this.say('type:\n');
    } else {
      const [, mark, command] = wrapped.exec(line) ?? [];
      if (mark === undefined) await this.#answer(line);
      else {
        this.say(`${mark}<\n`);
        const status = await this.#answer(command ?? '');
        this.say(`${mark}>${status}\n${guestPrompt}`);
      }
    }
  }

  /** Prints a command's output and returns its exit status. */
  async #answer(command: string): Promise<number> {
    const answer = this.#answers[command];
    if (answer === undefined) return 127;
    const output = typeof answer === 'string' ? answer : await answer(this);
    if (output !== '') this.say(`${output}\n`);
    return 0;
  }
}
