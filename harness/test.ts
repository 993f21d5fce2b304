// SPDX-License-Identifier: BSD-2-Clause
/**
 * Tests of a suite, in TypeScript: `import { test } from 'sel4-vmm-harness/test'`. `vmm-harness test` runs the files that
 * its suite names, in every case of the matrix. docs/suite.md has what a test is given.
 */
export type { Console, Match } from './machine/console.js';
export type { Machine } from './machine/machine.js';
export type { ExpectOptions } from './machine/wait.js';
export type { CommandResult, GuestShell } from './run/shell.js';
export { type TestBody, type TestContext, type TestOptions, test } from './run/tests/registry.js';
