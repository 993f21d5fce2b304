// SPDX-License-Identifier: BSD-2-Clause
/**
 * `npm run try-package`: packs the project, installs the tarball as users do, in an empty project and globally, and
 * uses it from another folder: help, doctor, a description, the demo in QEMU. The project is then read-only, even for
 * root. npm fetches the package's dependencies from its registry.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { $, ProcessOutput } from 'zx';
import { packageRoot } from '../base/paths.js';

/** Mounts the folder `$0` read-only for the command that follows. */
const readOnly = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"';

const root = await mkdtemp(join(tmpdir(), 'try-package-'));
const project = join(root, 'project');
const work = join(root, 'somewhere else');
const prefix = join(root, 'global');

interface Trial {
  words: readonly string[];
  /** A part of its expected output. */
  says: RegExp;
}

const trials: readonly Trial[] = [
  { words: ['--version'], says: /^\d+\.\d+\.\d+$/m },
  { words: ['--help'], says: /Exit codes/ },
  { words: ['doctor'], says: /for demo +all/ },
  { words: ['system', 'check', 'demo.system'], says: /demo\.system: 0 mistakes/ },
  { words: ['run'], says: /^PASS: qemu_virt_aarch64/m },
  { words: ['report', 'merge', 'runs/latest', '-o', 'merged'], says: /report\.html/ },
];

async function tryAll(what: string, command: readonly string[], chosen: readonly Trial[]): Promise<void> {
  for (const { words, says } of chosen) {
    const { stdout } = await $({ cwd: work })`${[...command, ...words]}`;
    if (!says.test(stdout)) throw new Error(`${what}: vmm-harness ${words.join(' ')} printed\n${stdout}`);
    console.log(`${what}: vmm-harness ${words.join(' ')}: as expected`);
  }
}

try {
  $.env = { ...process.env, VMM_HARNESS_BUILD: join(root, 'build'), CI: '1' };
  await Promise.all([project, work].map((folder) => mkdir(folder, { recursive: true })));
  await $({ cwd: packageRoot })`npm pack --silent --pack-destination ${root}`;
  const [tarball = ''] = (await $({ cwd: root })`ls`).stdout
    .split('\n')
    .filter((name) => name.endsWith('.tgz'));
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund'];
  await writeFile(join(project, 'package.json'), '{ "name": "project", "version": "1.0.0" }\n');
  await $({ cwd: project })`npm install ${quiet} ${join(root, tarball)}`;
  await $({ cwd: root })`npm install ${quiet} --global --prefix ${prefix} ${join(root, tarball)}`;
  const local = join(project, 'node_modules', '.bin', 'vmm-harness');
  await $({ cwd: work })`${local} system print > demo.system`;
  const mounted = ['unshare', '--mount', '--map-root-user', 'sh', '-c', readOnly, project];
  const canMount = (await $({ nothrow: true })`${mounted} true`).exitCode === 0;
  if (canMount) await tryAll('in a project, read-only', [...mounted, local], trials);
  else {
    console.log('the read-only project is not tried: this machine allows no mount of our own');
    await tryAll('in a project', [local], trials);
  }
  await tryAll('installed globally', [join(prefix, 'bin', 'vmm-harness')], trials.slice(0, 4));
} catch (error) {
  console.error(error instanceof ProcessOutput ? `${error.stdout}${error.stderr}` : error);
  process.exitCode = 1;
} finally {
  await rm(root, { recursive: true, force: true });
}
