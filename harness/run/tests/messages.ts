// SPDX-License-Identifier: BSD-2-Clause
/** Messages between the harness and the process that runs a test file. */
import type { Fault } from '../../base/error.js';
import type { Result } from '../../verdict/verdict.js';
import type { Programs } from '../diagnosis/explain.js';
import type { SuiteCase } from '../suite/cases.js';

export interface Job {
  /** The bundle, a module. */
  bundle: string;
  /** The file that the user wrote. */
  source: string;
  /** Only tests with this in their name. */
  grep: string | undefined;
  /** The machine for the tests; undefined when they are only listed. */
  machine: JobMachine | undefined;
}

export interface JobMachine {
  suite: string;
  suiteCase: SuiteCase;
  sdk: { name: string; version: string; dir: string };
  lab: string | undefined;
  image: string;
  folder: string;
  fresh: boolean;
  /** ELF files of the protection domains. */
  programs: Programs;
  /** How errors of a lab name the command. */
  command: string;
}

export interface TestFailure {
  /** `defect`: anything but an error of the harness was thrown. */
  fault: Fault | 'defect';
  message: string;
  expected?: string | undefined;
  got?: string | undefined;
  /** `file:line:column` of the test that failed. */
  source?: string | undefined;
}

export type Message =
  | { event: 'loaded'; tests: { name: string; skip: string | undefined }[] }
  /** The file threw when it was imported. */
  | { event: 'broken'; failure: TestFailure }
  /** An attempt begins with the boot of its machine. */
  | { event: 'begin'; name: string }
  /** The body of an attempt begins, and has `limit` milliseconds. */
  | { event: 'body'; name: string; limit: number }
  | { event: 'note'; text: string }
  | {
      event: 'end';
      name: string;
      /** Number of the last attempt, from 1. */
      attempts: number;
      ms: number;
      /** `console.log:line` at which the last attempt began, and at which it ended. */
      where: string | undefined;
      until: string | undefined;
      phases: NonNullable<Result['phases']>;
      failure: TestFailure | undefined;
    };
