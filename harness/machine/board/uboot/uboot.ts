// SPDX-License-Identifier: BSD-2-Clause
/**
 * U-Boot on a line: stops its autoboot, and runs commands with their results. Typed text is compared with its echo
 * before Enter, so that a line that loses or flips a character never runs a damaged command.
 */
import { HarnessError } from '../../../base/error.js';
import { Console, type Match } from '../../console.js';
import type { ConsoleLog } from '../../console-log.js';
import { deadMarkers, type Marker } from '../../markers.js';
import type { ExpectOptions } from '../../wait.js';
import { infrastructure, isLate, missed } from './errors.js';
import { watchForGarbage } from './garbage.js';
import { learnPrompt } from './learn-prompt.js';
import { ownBanner, startedMarkers, ubootMarkers } from './markers.js';
import { keyNamedIn, promptPattern, resultPattern, signOfLife } from './prompt.js';
import type { UBootSettings } from './settings.js';
import type { Wire } from './wire.js';

export interface UBootOptions {
  log?: ConsoleLog | undefined;
  /** Line of the log in which its console begins. */
  firstLine?: number;
  /** The reason why the line is unusable; called when a wait fails. */
  trouble?: ((received: number) => HarnessError | undefined) | undefined;
  onNote?: ((text: string) => void) | undefined;
  /** Milliseconds that the line takes for a typed character. */
  characterDelay?: number;
}

export interface CommandResult {
  /** Its output, without the echo and the prompt. */
  output: string;
  /** 0 for success, as in U-Boot's `$?`. */
  status: number;
}

const commandLimit = 10_000;
/** How many times a command is typed when its echo or its result arrives damaged. */
const typings = 3;
/** Milliseconds between stop keys when they are typed all the time. */
const insistence = 150;
const ctrlC = '\x03';

export class UBoot {
  #console: Console;
  #prompt = '';
  #commands = 0;
  /** The version in its first line, `U-Boot 2023.01+dfsg-2`; empty when the line did not arrive whole. */
  version = '';

  readonly #options: UBootOptions;

  constructor(
    readonly wire: Wire,
    readonly settings: UBootSettings,
    options: UBootOptions = {},
  ) {
    this.#options = options;
    this.#console = this.#speak([]);
  }

  /**
   * From power on to the prompt. `insistent` types the stop key from the beginning, for a board whose autoboot was
   * missed because it does not wait. Rejects with HarnessError (infrastructure).
   */
  async reach({ insistent = false, patience = 0 } = {}): Promise<void> {
    const { autoboot, stopKey, usualStopKey, prompt, limits } = this.settings;
    const before = this.wire.received;
    const keys = stopKey ?? usualStopKey;
    const stop = insistent
      ? setInterval(() => void this.#console.send(keys).catch(() => {}), insistence)
      : undefined;
    const { trouble } = this.#options;
    const now = () => trouble?.(this.wire.received || 1);
    const watch = watchForGarbage(limits.garbage, now, (error) => this.#console.fail(error));
    let line = '';
    try {
      const first = { what: 'the first byte after power on', limit: limits.firstByte + patience };
      const { text: begin } = await this.#explained(this.#console.expect(/[\s\S]/, first), before);
      const wait = {
        what: autoboot === undefined ? "U-Boot's autoboot line" : `U-Boot's "${autoboot}"`,
        limit: limits.autoboot,
        silence: limits.firstByte,
      };
      const sign = insistent ? promptPattern(prompt) : signOfLife(autoboot, prompt);
      const { before: said, groups } = await this.#explained(this.#console.expect(sign, wait), before);
      line = groups[0] ?? '';
      this.version = ownBanner.exec(begin + said)?.[0] ?? '';
    } finally {
      clearInterval(stop);
      clearInterval(watch);
    }
    if (!insistent) await this.#console.send(stopKey ?? keyNamedIn(line) ?? usualStopKey);
    const { received } = this.wire;
    const learnt =
      prompt === undefined ? learnPrompt(this.#console, limits.prompt) : this.#knownPrompt(prompt);
    this.#prompt = await this.#explained(
      learnt.catch((error) => missed(error, !insistent && this.wire.received > received)),
    );
    this.#console = this.#speak(ubootMarkers);
  }

  /** A prompt from the lab file is only waited for: once after the stop key, and once after Enter. */
  async #knownPrompt(prompt: string): Promise<string> {
    const wait = { what: "U-Boot's prompt", limit: this.settings.limits.prompt };
    await this.#console.send(`${ctrlC}\n`);
    const { groups } = await this.#console.expect(promptPattern(prompt), wait);
    return groups[0] ?? '';
  }

  /** Runs a command and returns its output and status. It may run twice when the line damages its result. */
  async run(text: string, options: Partial<ExpectOptions> = {}): Promise<CommandResult> {
    const wait = { what: `the end of "${text}"`, limit: commandLimit, ...options };
    for (let attempt = 1; ; attempt += 1) {
      const mark = `vh${++this.#commands}`;
      await this.type(`${text}; echo ${mark}=$?`);
      await this.#console.send('\n');
      const match = await this.#explained(this.#console.expect(resultPattern(mark, this.#prompt), wait));
      const [status = ''] = match.groups;
      const output = cleaned(match);
      if (status !== '') return { output, status: status === '$?' ? statusBy(output) : Number(status) };
      if (attempt === typings)
        throw new HarnessError(
          'infrastructure',
          `U-Boot's answer to "${text}" arrives damaged`,
          this.position(),
        );
      this.#options.onNote?.(`U-Boot's answer to "${text}" arrived damaged; asking again`);
    }
  }

  /** Runs a command that must succeed, and returns its output. */
  async must(text: string, options: Partial<ExpectOptions> = {}): Promise<string> {
    const { output, status } = await this.run(text, options);
    if (status === 0) return output;
    throw new HarnessError('infrastructure', `U-Boot: "${text}" failed`, {
      expected: 'status 0',
      got: `status ${status}: ${output.split('\n').slice(-4).join('\n            ')}`,
      ...this.#console.position(),
    });
  }

  /** Presses Enter after the typed text, and waits for `until`. */
  async enter(until: RegExp, wait: ExpectOptions): Promise<Match> {
    await this.#console.send('\n');
    return this.#explained(this.#console.expect(until, wait));
  }

  /** Sends keys unchanged. */
  press(keys: string): Promise<void> {
    return this.#console.send(keys);
  }

  /**
   * Types Ctrl-C every `pause` milliseconds until the prompt appears; false when it does not within `limit`
   * milliseconds.
   */
  async comesBack(limit = this.settings.limits.prompt, key = ctrlC, pause = 500): Promise<boolean> {
    const until = performance.now() + limit;
    while (performance.now() < until) {
      try {
        await this.#console.send(key);
        await this.#console.send(`${ctrlC}\n`);
        await this.#console.expect(promptPattern(this.#prompt), { what: 'the prompt', limit: pause });
        // Each key produces a prompt: a mark shows which one is the last.
        const mark = `vh${++this.#commands}`;
        await this.#console.send(`echo ${mark}=$?\n`);
        // Its echo has a word before it.
        const last = new RegExp(`[\\r\\n]${mark}=(?:\\d|\\$\\?)`);
        await this.#console.expect(last, { what: 'the prompt', limit: 1_500 });
        await this.#console.expect(promptPattern(this.#prompt), { what: 'the prompt', limit: 1_500 });
        return true;
      } catch (error) {
        if (!isLate(error)) return false;
      }
    }
    return false;
  }

  /** Types the last command. The console that it returns reads the image's output. */
  async start(command: string, trouble: () => Promise<HarnessError>): Promise<Console> {
    await this.type(command);
    const console = this.#speak(startedMarkers, trouble);
    await console.send('\n');
    return console;
  }

  /** A console that reads the board's output from power on, when U-Boot is left alone. */
  listen(trouble: () => Promise<HarnessError>): Console {
    return this.#speak(deadMarkers, trouble);
  }

  /** Line of the raw log that is being written. */
  get line(): number {
    return this.#console.line;
  }

  position(): { where?: string } {
    return this.#console.position();
  }

  /** Types a command and checks its echo. Pressing Enter is left to the caller. */
  async type(text: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      await this.#console.send(text);
      const characterTime = 10 + 2 * (this.#options.characterDelay ?? 0);
      const echo = {
        what: `the echo of "${text}"`,
        limit: this.settings.limits.echo + text.length * characterTime,
      };
      try {
        await this.#console.expect(text, echo);
        return;
      } catch (error) {
        if (attempt === typings || !(await this.comesBack())) throw this.#notEchoed(error);
        this.#options.onNote?.(`the board did not echo "${text}" as typed; typing it again`);
      }
    }
  }

  #notEchoed(error: unknown): HarnessError {
    const plain = infrastructure(error);
    if (!isLate(error)) return plain;
    const wayOut = 'set `character_delay` in the lab file for a board that drops input';
    return new HarnessError('infrastructure', plain.message, { ...plain.detail, wayOut });
  }

  /** A new console on the line, with its own markers. */
  #speak(markers: readonly Marker[], whyClosed?: () => Promise<HarnessError>): Console {
    const { log, trouble } = this.#options;
    const closed = async () =>
      trouble?.(1) ?? new HarnessError('infrastructure', 'the line was closed', this.#console?.position());
    return new Console(this.wire.attach(), {
      ...(log && { log }),
      markers,
      firstLine: this.#console?.line ?? this.#options.firstLine ?? 1,
      whyClosed: whyClosed ?? closed,
    });
  }

  /** A wait that fails before the image runs is the lab's fault. The line is checked first. */
  async #explained<T>(wait: Promise<T>, before = -1): Promise<T> {
    try {
      return await wait;
    } catch (error) {
      const { received } = this.wire;
      const silent = before >= 0 && received === before;
      throw this.#options.trouble?.(silent ? 0 : received) ?? infrastructure(error);
    }
  }
}

/** The status of a command according to its output, if `$?` is not available: a U-Boot without the hush parser. */
const statusBy = (output: string): number =>
  /^(?:Unknown command|## Error|\*\*|ERROR|Usage:)|\b(?:failed|not found|time exceeded|TIMEOUT)\b/im.test(
    output,
  )
    ? 1
    : 0;

function cleaned({ before }: Match): string {
  return before.replaceAll('\r', '').trim();
}
