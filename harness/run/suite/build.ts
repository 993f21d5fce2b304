// SPDX-License-Identifier: BSD-2-Clause
/** A suite's own build: its command, the image that it makes, and the system description that it uses. */

import { existsSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { makeFolder } from '../../base/disk.js';
import { HarnessError } from '../../base/error.js';
import { limits } from '../../base/limits.js';
import { readRegularFile } from '../../base/read-file.js';
import { runTool } from '../../base/run-tool.js';
import { lookAtImage } from '../../machine/image-file.js';
import type { Sdk } from '../../microkit/sdk.js';
import { readChecked } from '../../system/check.js';
import { DescriptionError } from '../../system/mistake.js';
import { Source } from '../../system/source.js';
import { parseVersion } from '../../system/versions.js';
import type { Result } from '../../verdict/verdict.js';
import { caseName, type SuiteCase } from './cases.js';
import type { LoadedSuite } from './read.js';

export interface CaseBuild {
  loaded: LoadedSuite;
  suiteCase: SuiteCase;
  sdk: Sdk;
  /** The run's folder, for the build's log. */
  folder: string;
  signal: AbortSignal;
}

/** What paths of a suite depend on. */
export type CasePlace = Pick<CaseBuild, 'loaded' | 'suiteCase'> & { sdk: Pick<Sdk, 'dir'> };

export interface CaseBuilt {
  image: string;
  system?: string;
}

/** The folder for everything that is built for a suite. */
export const buildFolder = ({ folder }: LoadedSuite): string => join(folder, '.vmm-harness');

/** The environment variables that a build gets. */
function variablesOf({ loaded, suiteCase, sdk }: CasePlace): Record<string, string> {
  return {
    MICROKIT_SDK: resolve(sdk.dir),
    MICROKIT_BOARD: suiteCase.board,
    MICROKIT_CONFIG: suiteCase.config,
    BUILD_DIR: join(buildFolder(loaded), caseName(suiteCase)),
  };
}

/** A path in the suite, with `$NAME` and `${NAME}` replaced as the build's shell would replace them. */
function pathOf(text: string, variables: Record<string, string>, folder: string): string {
  const filled = text.replace(/\$(?:(\w+)|\{(\w+)\})/g, (whole, plain, braced) => {
    const name = plain ?? braced;
    return variables[name] ?? process.env[name] ?? whole;
  });
  return resolve(folder, filled);
}

/** A path of the suite in a case, absolute. */
export const suitePath = (text: string, place: CasePlace): string =>
  pathOf(text, variablesOf(place), place.loaded.folder);

/** Runs the suite's build, if it has one. Throws HarnessError (product) when the build fails or makes no image. */
export async function buildCase(build: CaseBuild): Promise<CaseBuilt> {
  const { suite, folder: home } = build.loaded;
  const variables = variablesOf(build);
  const log = join(build.folder, 'build.log');
  if (suite.build !== undefined) {
    makeFolder(variables.BUILD_DIR ?? home);
    const late = AbortSignal.timeout((suite.limits.build ?? 1800) * 1000);
    await runTool('/bin/sh', ['-c', suite.build], {
      what: "the suite's build",
      fault: 'product',
      cwd: home,
      log,
      env: variables,
      signal: AbortSignal.any([build.signal, late]),
    }).catch((error: unknown) => {
      if (!late.aborted || build.signal.aborted) throw error;
      throw new HarnessError('product', "the suite's build exceeded its time limit", {
        where: log,
        expected: `at most ${suite.limits.build ?? 1800} s`,
        wayOut: 'raise limits.build',
      });
    });
  }
  const image = pathOf(suite.image, variables, home);
  if (!existsSync(image) || !statSync(image).isFile())
    throw new HarnessError(suite.build === undefined ? 'usage' : 'product', 'there is no image', {
      where: image,
      expected: `the file that image = ${JSON.stringify(suite.image)} names`,
      got:
        suite.build === undefined
          ? 'no such file'
          : `the build ended without making it; ${log} has its output`,
    });
  lookAtImage(image);
  return {
    image,
    ...(suite.system !== undefined && { system: pathOf(suite.system, variables, home) }),
  };
}

/** Checks the system description against the rules of the SDK's version. `system check` reports more. */
export function checkDescription(path: string, sdk: Pick<Sdk, 'version'>): Omit<Result, 'name' | 'ms'> {
  const expected = 'no mistake';
  const what = { what: 'the system description', limit: limits.description } as const;
  try {
    const source = new Source(basename(path), readRegularFile(path, what).toString('utf8'));
    readChecked(source, parseVersion(sdk.version));
    return { outcome: 'pass', expected, got: expected };
  } catch (error) {
    if (!(error instanceof DescriptionError)) throw error;
    return { outcome: 'fail', expected, got: error.explain(), where: path };
  }
}
