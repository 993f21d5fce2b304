// SPDX-License-Identifier: BSD-2-Clause
/** The library under test, built by its own build: for the target, for this machine, or for both. */
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { basename, delimiter, resolve } from 'node:path';
import { HarnessError } from '../base/error.js';
import { type Dialect, dialectOf } from './dialects.js';

export interface Subject {
  dialect: Dialect;
  /** The archive built for the target. */
  library?: string | undefined;
  /** The archive built for this machine. */
  hostLibrary?: string | undefined;
  /** The folders of the library's headers. */
  include: string[];
}

export interface SubjectOptions {
  api?: string | undefined;
  lib?: string | undefined;
  hostLib?: string | undefined;
  include?: string | undefined;
}

function path(option: string, given: string, isRight: (path: string) => boolean, what: string): string {
  const found = resolve(given);
  if (existsSync(found) && isRight(found)) return found;
  throw new HarnessError('usage', `${option} does not name ${what}`, { where: found, expected: what });
}

const isFile = (file: string): boolean => statSync(file).isFile();
const isFolder = (file: string): boolean => statSync(file).isDirectory();

/** The subject that the options describe; undefined for the project's own libvmm. Throws HarnessError (usage). */
export function subjectOf({ api = 'spec', lib, hostLib, include }: SubjectOptions): Subject | undefined {
  const dialect = dialectOf(api);
  if (lib === undefined && hostLib === undefined) {
    if (include === undefined && api === 'spec') return undefined;
    throw new HarnessError('usage', 'the options do not name a library to test', {
      expected: '--lib libvmm.a, built for the target; --host-lib libvmm.a, built for this machine; or both',
    });
  }
  if (include === undefined)
    throw new HarnessError('usage', "the library's headers are missing", { expected: '--include DIR' });
  return {
    dialect,
    library: lib === undefined ? undefined : path('--lib', lib, isFile, 'an archive'),
    hostLibrary: hostLib === undefined ? undefined : path('--host-lib', hostLib, isFile, 'an archive'),
    include: include.split(delimiter).map((one) => path('--include', one, isFolder, 'a folder')),
  };
}

/** The name of the subject in reports. */
export const subjectName = (subject: Subject | undefined): string =>
  subject === undefined ? 'libvmm' : basename(subject.library ?? subject.hostLibrary ?? '');

/** Distinguishes the build folders of targets with different subjects. */
export function subjectHash({ dialect, library, hostLibrary, include }: Subject): string {
  const identity = JSON.stringify([dialect.name, library, hostLibrary, include]);
  return createHash('sha256').update(identity).digest('hex').slice(0, 8);
}
