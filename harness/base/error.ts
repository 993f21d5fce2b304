// SPDX-License-Identifier: BSD-2-Clause
/** Whose fault an error is; the exit code follows from it (see `exitCodes`). */
export type Fault = 'product' | 'usage' | 'infrastructure' | 'harness';

/** Exit codes of every command. A pass exits with 0. */
export const exitCodes: Record<Fault, number> = { product: 1, usage: 2, infrastructure: 3, harness: 4 };

/** The parts of an error after its first line. Every known part is printed. */
export interface ErrorDetail {
  /** What was needed at that place. */
  expected?: string;
  /** What was found instead. */
  got?: string;
  /** `file:line:column`, a board, a port, a path. */
  where?: string;
  /** What the reader can do next. */
  wayOut?: string;
  cause?: unknown;
}

/** An error for the user: what happened, what was expected and got, where, and the way out. */
export class HarnessError extends Error {
  override readonly name = 'HarnessError';
  readonly fault: Fault;
  readonly detail: ErrorDetail;

  constructor(fault: Fault, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.fault = fault;
    this.detail = detail;
  }

  get exitCode(): number {
    return exitCodes[this.fault];
  }

  /** The lines that a terminal shows, without colour. */
  explain(): string {
    const { where, expected, got, wayOut } = this.detail;
    const lines = [where === undefined ? this.message : `${where}: ${this.message}`];
    const part = (name: string, text: string) =>
      lines.push(`  ${name}${text.replaceAll('\n', `\n${' '.repeat(12)}`)}`);
    if (expected !== undefined) part('expected: ', expected);
    if (got !== undefined) part('got:      ', got);
    if (wayOut !== undefined) part('way out:  ', wayOut);
    return lines.join('\n');
  }
}
