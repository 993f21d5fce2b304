// SPDX-License-Identifier: BSD-2-Clause
/**
 * QEMU as a process, with its console and QMP on two inherited socket pairs. It uses Node's own `spawn`, because
 * loading a library for it would take as long as starting QEMU.
 */
import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { consoleFd, inheritedFd, qmpFd } from './arguments.js';

/** How a process ended. */
export interface Ended {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** Its stderr, or why it could not be started. */
  stderr: string;
}

export interface QemuProcess {
  console: Duplex;
  qmp: Duplex;
  /** Of the further sockets. */
  sockets: readonly Duplex[];
  pid: number | undefined;
  kill: () => void;
  /** Resolves, never rejects, when the process is gone. */
  ended: Promise<Ended>;
}

/** Number of characters of a dying QEMU's stderr to keep. */
const keptStderr = 16_384;

/**
 * Starts `program`, which inherits from {@link inheritedFd} on `sockets` new sockets and these descriptors. The kernel ends it with the harness,
 * however the harness dies (`setpriv --pdeathsig`).
 */
export function spawnQemu(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  inherited: readonly number[] = [],
  sockets = 0,
): QemuProcess {
  const pipes = Array.from({ length: sockets }, () => 'pipe' as const);
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe', ...pipes, ...inherited],
    // A Ctrl-C at the terminal reaches only the harness, which then switches QEMU off in order.
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
    sockets: pipes.map((_, index) => child.stdio[inheritedFd + index] as Duplex),
    pid: child.pid,
    kill: () => child.kill('SIGKILL'),
    ended,
  };
}
