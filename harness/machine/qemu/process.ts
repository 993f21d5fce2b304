// SPDX-License-Identifier: BSD-2-Clause
/**
 * QEMU as a process, with its console and QMP on two inherited socket pairs. Node's own `spawn`: loading a library for
 * it would take as long as QEMU takes to start.
 */
import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { consoleFd, qmpFd } from './arguments.js';

/** How a process ended. */
export interface Ended {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** What it said, or why it could not be started. */
  stderr: string;
}

export interface QemuProcess {
  console: Duplex;
  qmp: Duplex;
  pid: number | undefined;
  kill: () => void;
  /** Resolves, never rejects, when the process is gone. */
  ended: Promise<Ended>;
}

/** More of what a dying QEMU says is not kept. */
const keptStderr = 16_384;

/** Starts `program`, with these descriptors of ours as its own from {@link inheritedFd} on; the kernel ends it (`setpriv --pdeathsig`) with the harness, however that dies. */
export function spawnQemu(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  inherited: readonly number[] = [],
): QemuProcess {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe', ...inherited],
    // A Ctrl-C at the terminal reaches the harness alone, which then switches QEMU off in order.
    detached: true,
    env: { ...process.env, ...env },
  });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-keptStderr);
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('error', (error) => resolve({ exitCode: null, signal: null, stderr: error.message }));
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, stderr: stderr.trim() }));
  });
  return {
    console: child.stdio[consoleFd] as Duplex,
    qmp: child.stdio[qmpFd] as Duplex,
    pid: child.pid,
    kill: () => child.kill('SIGKILL'),
    ended,
  };
}
