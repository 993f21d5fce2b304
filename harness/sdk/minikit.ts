// SPDX-License-Identifier: BSD-2-Clause
/** Builds minikit, an SDK directory like any other, from the sources of this package. */
import { chmod, mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explainDisk } from '../disk.js';
import { withLock } from '../lock.js';
import { buildRoot, packageRoot } from '../paths.js';
import { type Progress, step } from '../progress.js';
import { runTool } from '../run-tool.js';
import { toolOf } from './sdk.js';

export const minikitDir = join(buildRoot, 'minikit');

/** Seconds that a second build waits for a first one. */
const buildWait = 300;
const mainModule = join(packageRoot, 'dist', 'minikit', 'tool', 'main.js');

/**
 * Makes what is not up to date: kernel and libmicrokit by minikit/Makefile, bin/microkit as one script with all that it
 * imports. Two builds at once do it one after the other.
 */
export async function buildMinikit(progress: Progress): Promise<void> {
  const log = join(buildRoot, 'minikit.log');
  try {
    await mkdir(join(minikitDir, 'bin'), { recursive: true });
    const lock = { what: "minikit's build folder", wait: buildWait };
    await withLock(join(buildRoot, 'minikit.lock'), lock, () =>
      step(progress, 'minikit', async () => {
        const run = { what: "minikit's build", fault: 'harness', cwd: packageRoot, log } as const;
        await runTool('make', ['-C', 'minikit', '-j2'], run);
        await bundleTool();
      }),
    );
  } catch (error) {
    throw explainDisk(error, buildRoot);
  }
}

const modified = (path: string) =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

/** One CommonJS script; the package.json beside it keeps Node from reading it as this package's ES modules. */
async function bundleTool(): Promise<void> {
  const tool = toolOf(minikitDir);
  // The compiler stamps dist when it has written anything: what is bundled can't be newer.
  if ((await modified(tool)) > (await modified(join(packageRoot, 'dist', '.tsbuildinfo')))) return;
  const { build } = await import('esbuild');
  const partial = `${tool}.${process.pid}`;
  await build({
    entryPoints: [mainModule],
    outfile: partial,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    banner: { js: '#!/usr/bin/env node' },
    logLevel: 'silent',
  });
  await chmod(partial, 0o755);
  await writeFile(join(minikitDir, 'bin', 'package.json'), '{ "type": "commonjs" }\n');
  await rename(partial, tool);
}
