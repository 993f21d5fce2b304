// SPDX-License-Identifier: BSD-2-Clause
/**
 * What the commands do, for programs: nothing here prints, and no function ends the process. Whatever goes wrong is a
 * HarnessError, whose `fault` says whose it is. docs/library.md has an example of each.
 *
 * @packageDocumentation
 */
export type { Board } from '../boards/board.js';
export { boards } from '../boards/index.js';
export { type ErrorDetail, exitCodes, type Fault, HarnessError } from './base/error.js';
export { noProgress, type Progress, type ProgressEvent } from './base/progress.js';
export type { Report } from './conform/report.js';
export type { DifferentialReport } from './differential/report.js';
export { type Booted, type BootOptions, boot } from './library/boot.js';
export { type ConformOptions, conform } from './library/conform.js';
export { type DifferentialOptions, differential } from './library/differential.js';
export { mergeReports } from './library/report.js';
export { type SdkOptions, sdk, sdks } from './library/sdks.js';
export { type SuiteOptions, type SuiteResult, testSuite } from './library/test-suite.js';
export { loadLab } from './machine/board/lab/lab.js';
export type { Lab, LabBoard } from './machine/board/lab/lab-board.js';
export { labTarget } from './machine/board/target.js';
export { Console, type ConsoleOptions, type Match } from './machine/console.js';
export { ConsoleLog } from './machine/console-log.js';
export type { Machine, Snapshot, SnapshotRequest, StartOptions, Target } from './machine/machine.js';
export { deadMarkers, type Marker } from './machine/markers.js';
export { qemuTarget } from './machine/qemu/qemu.js';
export type { ExpectOptions } from './machine/wait.js';
export { boardFacts } from './microkit/board-facts.js';
export type { Sdk } from './microkit/sdk.js';
export { allRules, defaultConfig, Model, type ModelConfig, type Rule } from './model/index.js';
export { type CommandResult, GuestShell, type Login } from './run/shell.js';
export { dialects } from './subject/dialects.js';
export * from './system/index.js';
export type { BoardRun, InputFile, Result, Run, Verdict } from './verdict/verdict.js';
