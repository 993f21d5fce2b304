// SPDX-License-Identifier: BSD-2-Clause
/** A minimal U-Boot at the far end of a stream: it echoes, knows the commands that a test provides, and answers. */
import { Duplex, duplexPair } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { Wire } from '../../harness/machine/board/uboot/wire.js';

/** A command's output, with its status if that is not 0; `reset`: the board boots again; `runs`: until Ctrl-C. */
type Reply = string | { output?: string; status: number } | { reset: true } | { runs: string };
export type Commands = Record<string, (words: string[], board: FakeUBoot) => Reply>;

const defaults: Commands = {
  // As U-Boot has it: its status is 1 even for a command that it explains.
  help: ([, name = ''], fake) => ({
    output: fake.knows(name)
      ? `${name} - does it`
      : `Unknown command '${name}' - try 'help' without arguments`,
    status: 1,
  }),
  setenv: () => '',
  echo: (words) => words.slice(1).join(' '),
  crc32: ([, at = '', size = ''], { memory }) => {
    const bytes = memory.get(Number(at)) ?? Buffer.alloc(0);
    const sum = crc32(bytes.subarray(0, Number(size)))
      .toString(16)
      .padStart(8, '0');
    return `crc32 for ${at} ... ==> ${sum}`;
  },
};

/** What starts an image, in every build. */
const started: Commands = { go: () => '', bootm: () => '', booti: () => '' };

export class FakeUBoot {
  readonly wire: Wire;
  /** Every line that was run. */
  readonly ran: string[] = [];
  /** The memory by address. */
  readonly memory = new Map<number, Buffer>();
  prompt = '=> ';
  /** Commands that its build does not have. */
  readonly lacks = new Set<string>();
  /** Expands `$?`, as the hush parser does. */
  hush = true;
  /** What is waited for before the prompt; undefined: it is at its prompt. */
  stop: { keys: string; next?: () => void } | undefined;
  /** The end of each line that it prints. */
  lineEnd = '\r\n';
  /** Changes what is echoed, once or more often. */
  echo: (text: string) => string = (text) => text;
  readonly #far: Duplex;
  #line = '';

  readonly #commands: Commands;

  constructor(commands: Commands = {}) {
    this.#commands = commands;
    const [near, far] = duplexPair();
    this.#far = far;
    const state = { received: 0, speakers: [] as Duplex[], taps: new Set<(bytes: Buffer) => void>() };
    near.on('data', (bytes: Buffer) => {
      state.received += bytes.length;
      for (const tap of state.taps) tap(bytes);
      state.speakers.at(-1)?.push(bytes);
    });
    this.wire = {
      get received() {
        return state.received;
      },
      attach: () => {
        const speaker = new Duplex({
          read() {},
          write: (bytes, _, done) => void near.write(bytes, () => done()),
        });
        state.speakers.push(speaker);
        return speaker;
      },
      tap: (tap) => {
        state.taps.add(tap);
        return () => state.taps.delete(tap);
      },
    };
    far.on('data', (bytes: Buffer) => this.#hear(bytes.toString('latin1')));
  }

  say(text: string): void {
    this.#far.write(text);
  }

  /** Whether it has a command: its own and those of a test, and what every U-Boot has. */
  knows(name: string): boolean {
    return !this.lacks.has(name) && (name in this.#commands || name in defaults || name in started);
  }

  /** From its banner to the countdown. */
  boot(): void {
    this.say('\r\nU-Boot 2099.01 (Jan 01 2099)\r\n\r\nHit any key to stop autoboot:  2 ');
  }

  #hear(text: string): void {
    for (const key of text) {
      if (this.stop !== undefined) this.#wait(this.stop, key);
      else if (key === '\x03') {
        this.#line = '';
        this.say(`<INTERRUPT>\r\n${this.prompt}`);
      } else if (key === '\n' || key === '\r') this.#enter();
      else {
        this.#line += key;
        this.say(this.echo(key));
      }
    }
  }

  /** Before the prompt only its own key counts. */
  #wait(stop: { keys: string; next?: () => void }, key: string): void {
    if (!stop.keys.startsWith(this.#line + key)) {
      this.#line = '';
      return;
    }
    this.#line += key;
    if (this.#line !== stop.keys) return;
    this.#line = '';
    this.stop = undefined;
    if (stop.next) stop.next();
    else this.say(`${this.lineEnd}${this.prompt}`);
  }

  #enter(): void {
    const line = this.#line;
    this.#line = '';
    this.say(this.lineEnd);
    let status = 0;
    for (const part of line.split(';').map((one) => one.trim())) {
      if (part === '') continue;
      const words = (this.hush ? part.replace('$?', String(status)) : part).split(' ');
      if (words[0] !== 'echo') this.ran.push(part);
      const [name = ''] = words;
      const command = this.lacks.has(name) ? undefined : (this.#commands[name] ?? defaults[name]);
      const reply = command?.(words, this) ?? { output: `Unknown command '${words[0]}'`, status: 1 };
      if (typeof reply === 'object' && 'reset' in reply) {
        this.boot();
        return;
      }
      if (typeof reply === 'object' && 'runs' in reply) {
        this.say(`${reply.runs}\r\n`);
        return;
      }
      const { output = '', status: result } =
        typeof reply === 'string' ? { output: reply, status: 0 } : reply;
      status = result;
      if (output !== '') this.say(`${output.replaceAll('\n', this.lineEnd)}${this.lineEnd}`);
    }
    this.say(this.prompt);
  }
}
