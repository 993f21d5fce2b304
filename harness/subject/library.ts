// SPDX-License-Identifier: BSD-2-Clause
/** A library that is looked at: built by its own build, for the target, for this machine, or for both. */
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { basename, delimiter, resolve } from 'node:path';
import { HarnessError } from '../base/error.js';
import { type Dialect, dialectOf } from './dialects.js';

export interface Subject {
  dialect: Dialect;
  /** The archive for the target. */
  library?: string | undefined;
  /** The archive for this machine. */
  hostLibrary?: string | undefined;
  /** The folders of its headers. */
  include: string[];
}

export interface SubjectWords {
  api?: string | undefined;
  lib?: string | undefined;
  hostLib?: string | undefined;
  include?: string | undefined;
}

function path(option: string, given: string, isRight: (path: string) => boolean, what: string): string {
  const found = resolve(given);
  if (existsSync(found) && isRight(found)) return found;
  throw new HarnessError('usage', `${option} names no ${what}`, { where: found, expected: what });
}

const isFile = (file: string): boolean => statSync(file).isFile();
const isFolder = (file: string): boolean => statSync(file).isDirectory();

/** The subject that options describe; nothing for our own libvmm. Throws HarnessError (usage). */
export function subjectOf({ api = 'spec', lib, hostLib, include }: SubjectWords): Subject | undefined {
  const dialect = dialectOf(api);
  if (lib === undefined && hostLib === undefined) {
    if (include === undefined && api === 'spec') return undefined;
    throw new HarnessError('usage', 'it is not said which library is to be looked at', {
      expected: '--lib libvmm.a, built for the target; --host-lib libvmm.a, built for this machine; or both',
    });
  }
  if (include === undefined)
    throw new HarnessError('usage', "the library's headers are missing", { expected: '--include DIR' });
  return {
    dialect,
    library: lib === undefined ? undefined : path('--lib', lib, isFile, 'archive'),
    hostLibrary: hostLib === undefined ? undefined : path('--host-lib', hostLib, isFile, 'archive'),
    include: include.split(delimiter).map((one) => path('--include', one, isFolder, 'directory')),
  };
}

/** As reports name it. */
export const subjectName = (subject: Subject | undefined): string =>
  subject === undefined ? 'libvmm' : basename(subject.library ?? subject.hostLibrary ?? '');

/** Tells apart the folders in which targets with different subjects are built. */
export function subjectHash({ dialect, library, hostLibrary, include }: Subject): string {
  const identity = JSON.stringify([dialect.name, library, hostLibrary, include]);
  return createHash('sha256').update(identity).digest('hex').slice(0, 8);
}
