// SPDX-License-Identifier: BSD-2-Clause
/** Turns a test file in TypeScript into a module that Node can run. Types are stripped, not checked. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BuildFailure, Plugin } from 'esbuild';
import * as v from 'valibot';
import { HarnessError } from '../../base/error.js';
import { readJson } from '../../base/json.js';
import { packageRoot } from '../../base/paths.js';

const manifest = v.object({
  name: v.string(),
  exports: v.record(v.string(), v.union([v.object({ default: v.string() }), v.string()])),
});

/** The package itself, wherever it is installed: the user's folder need not contain it. */
function ourselves(): Plugin {
  const where = join(packageRoot, 'package.json');
  const { name, exports } = readJson(manifest, readFileSync(where, 'utf8'), {
    what: 'the package',
    where,
    fault: 'infrastructure',
    wayOut: 'install vmm-harness again',
  });
  return {
    name,
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${name}(/|$)`) }, ({ path }) => {
        const entry = exports[`.${path.slice(name.length)}`];
        const file = typeof entry === 'string' ? entry : entry?.default;
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
