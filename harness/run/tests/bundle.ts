// SPDX-License-Identifier: BSD-2-Clause
/** Turns a test file in TypeScript into a module that Node can run. Types are stripped, not checked. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildFailure, Plugin } from 'esbuild';
import { HarnessError } from '../../base/error.js';
import { packageRoot } from '../../base/paths.js';

interface Manifest {
  name: string;
  exports: Record<string, { default: string }>;
}

/** The package itself, wherever it is installed: the user's folder need not contain it. */
function ourselves(): Plugin {
  const { name, exports } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as Manifest;
  return {
    name,
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${name}(/|$)`) }, ({ path }) => {
        const file = exports[`.${path.slice(name.length)}`]?.default;
        if (file === undefined) return { errors: [{ text: `${path} is not exported by ${name}` }] };
        return { path: pathToFileURL(join(packageRoot, file)).href, external: true };
      });
    },
  };
}

/** Writes the module of `source` to `outfile`. Throws HarnessError (usage) with the place of the mistake. */
export async function bundle(source: string, outfile: string): Promise<void> {
  const { build } = await import('esbuild');
  try {
    await build({
      entryPoints: [source],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      packages: 'external',
      sourcemap: 'inline',
      logLevel: 'silent',
      plugins: [ourselves()],
    });
  } catch (error) {
    const [first] = (error as BuildFailure).errors ?? [];
    if (first === undefined) throw error;
    const { file, line, column } = first.location ?? { file: source, line: 1, column: 0 };
    throw new HarnessError('usage', 'a test file cannot be read', {
      where: `${existsSync(file) ? join(process.cwd(), file) : source}:${line}:${column + 1}`,
      got: first.text,
    });
  }
}
