// SPDX-License-Identifier: BSD-2-Clause
/**
 * The ELF files of a suite's protection domains: those named in its description, found beside its image or its
 * description.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { limits } from '../../base/limits.js';
import { readRegularFile } from '../../base/read-file.js';
import { readSystem } from '../../system/read.js';
import { Source } from '../../system/source.js';
import type { Programs } from '../diagnosis/explain.js';
import type { CaseBuilt } from './build.js';

/** A description that cannot be read names none; its check has reported that. */
export function programsOf({ image, system }: CaseBuilt): Programs {
  if (system === undefined) return {};
  try {
    const about = { what: 'the system description', limit: limits.description } as const;
    const source = new Source(basename(system), readRegularFile(system, about).toString('utf8'));
    const found = readSystem(source).system.domains.flatMap(({ domain }): [string, string][] => {
      const { name } = domain.attributes;
      const program = domain.programImage;
      if (name === undefined || program === undefined) return [];
      const path = [image, system].map((beside) => join(dirname(beside), program)).find(existsSync);
      return path === undefined ? [] : [[name, path]];
    });
    return Object.fromEntries(found);
  } catch {
    return {};
  }
}
