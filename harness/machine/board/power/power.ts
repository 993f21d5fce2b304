// SPDX-License-Identifier: BSD-2-Clause
/** A board's power. */

import { interruptibleSleep } from '../../../base/interrupt.js';
import { runShellCommand } from '../shell-command.js';

export interface Power {
  /** The name in notes: `uhubctl -a cycle`, `QMP`, `a person`. */
  readonly name: string;
  /** Additional milliseconds to wait for signs of life, because somebody has to walk to the board. */
  readonly patience: number;
  /** From any state to freshly switched on. */
  cycle(signal: AbortSignal): Promise<void>;
  /** Switches the board off if this power can. Otherwise the board stays on. */
  off(): Promise<void>;
}

/** The user's shell commands, one for each action. A missing one is replaced by the others. */
export interface PowerCommands {
  on?: string | undefined;
  off?: string | undefined;
  cycle?: string | undefined;
  /** Milliseconds without power in a cycle that consists of off and on. */
  pause: number;
  /** Milliseconds for one command. */
  limit: number;
}

export function commandPower(board: string, commands: PowerCommands, env: Record<string, string>): Power {
  const { on, off, cycle, pause, limit } = commands;
  const run = (action: string, command: string, signal?: AbortSignal) =>
    runShellCommand({ what: `power ${action} of ${board}`, command, env, limit, signal });
  return {
    name: cycle ?? `${off}; ${on}`,
    patience: 0,
    async cycle(signal) {
      if (cycle !== undefined) return void (await run('cycle', cycle, signal));
      if (off !== undefined) await run('off', off, signal);
      await interruptibleSleep(pause, signal);
      if (on !== undefined) await run('on', on, signal);
    },
    async off() {
      if (off !== undefined) await run('off', off);
    },
  };
}

/** Somebody at the desk. `ask` shows the request. The reset itself is detected on the board's console. */
export function personPower(board: string, ask: (message: string) => void, wait: number): Power {
  return {
    name: 'a person',
    patience: wait,
    async cycle() {
      ask(`press reset on ${board} now, or switch it off and on (waiting ${Math.round(wait / 1000)} s)`);
    },
    async off() {
      ask(`${board} can be switched off now`);
    },
  };
}
