// SPDX-License-Identifier: BSD-2-Clause
/**
 * Part of `npm run build`, after the compiler: bundles what is shipped as one file, and removes from dist the output of
 * sources that no longer exist. An unchanged file is not rewritten, so that its dependents stay up to date.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';
import { packageRoot } from '../base/paths.js';
import { bundleFolder } from '../verdict/report/page.js';

const dist = join(packageRoot, 'dist');
const app = join('harness', 'verdict', 'report', 'app');

/**
 * The program of report.html, minikit's tool, and the start of the command line: each with all its top-level imports.
 */
const bundles: Readonly<Record<string, BuildOptions>> = {
  [join(bundleFolder, 'main.js')]: {
    entryPoints: [join(dist, app, 'main.js')],
    minify: true,
    format: 'iife',
    target: 'es2022',
  },
  [join(dist, 'minikit', 'microkit.cjs')]: {
    entryPoints: [join(dist, 'minikit', 'tool', 'main.js')],
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    banner: { js: '#!/usr/bin/env node' },
  },
  [join(dist, 'harness', 'cli', 'vmm-harness.cjs')]: {
    entryPoints: [join(dist, 'harness', 'cli', 'main.js')],
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // Modules that are loaded when needed.
    external: ['./commands/*', './on-terminal.js'],
    define: { 'import.meta.url': 'here' },
    banner: { js: "const here = require('node:url').pathToFileURL(__filename).href;" },
  },
};

function writeChanged(path: string, content: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(content)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** The third-party packages in a bundle, each with the text of its own licence file. */
function licences(inputs: Iterable<string>): string {
  const packages = [...inputs].flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
  return [...new Set(packages)]
    .sort()
    .map((folder) => {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
      const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8');
      return `${name} ${version}\n\n${text.trim()}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/** Compiled files whose source was deleted or moved. The compiler leaves them, and they would be packed. */
function prune(): void {
  for (const room of ['harness', 'boards', 'guest-builder', 'minikit', 'test']) {
    for (const name of readdirSync(join(dist, room), { recursive: true, encoding: 'utf8' })) {
      const [, source] = /^(.*?)(?:\.d\.ts|\.js(?:\.map)?)$/.exec(name) ?? [];
      if (source === undefined) continue;
      const isThere = ['.ts', '.tsx'].some((end) => existsSync(join(packageRoot, room, source + end)));
      if (!isThere) rmSync(join(dist, room, name));
    }
  }
}

prune();
const inputs = new Set<string>();
for (const [outfile, options] of Object.entries(bundles)) {
  const common = { outfile, bundle: true, absWorkingDir: packageRoot };
  const { outputFiles, metafile } = buildSync({ ...options, ...common, write: false, metafile: true });
  for (const { path, contents } of outputFiles) writeChanged(path, contents);
  for (const path of Object.keys(metafile.inputs)) inputs.add(path);
}
writeChanged(join(bundleFolder, 'style.css'), readFileSync(join(packageRoot, app, 'style.css')));
writeChanged(join(dist, 'bundled-licences.txt'), Buffer.from(licences(inputs)));
