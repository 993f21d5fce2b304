// SPDX-License-Identifier: BSD-2-Clause
/** The package as npm makes it: its contents, and that it works in a read-only folder. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { extract } from 'tar';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../harness/base/paths.js';
import { noNamespaces } from '../support/namespaces.js';
import { run, test } from '../support/test.js';

const call = promisify(execFile);
const { dependencies } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));

/** A user's project. */
const project = mkdtempSync(join(tmpdir(), 'harness-package-'));
process.on('exit', () => rmSync(project, { recursive: true, force: true }));
const home = join(project, 'node_modules', 'sel4-vmm-harness');

/** Packs, and unpacks as npm installs, with links to exactly the packages that a user would get. */
async function install(): Promise<void> {
  const words = ['pack', '--ignore-scripts', '--silent', '--pack-destination', project];
  await call('npm', words, { cwd: packageRoot });
  const [tarball = ''] = readdirSync(project).filter((name) => name.endsWith('.tgz'));
  mkdirSync(home, { recursive: true });
  await extract({ file: join(project, tarball), cwd: home, strip: 1 });
  for (const name of Object.keys(dependencies))
    symlinkSync(join(packageRoot, 'node_modules', name), join(project, 'node_modules', name));
}

/** The forms in which the compiler writes imports: at the top, or dynamic. */
const importing = /(?:^import |^(?:import|export) .* from |^\} from )'([^']+)';|\bimport\('([^']+)'\)/gm;

await install();
const files = readdirSync(home, { recursive: true, encoding: 'utf8' });

test('the package has no tests, no TypeScript but types, and no source map that leads nowhere', () => {
  const strangers = files.filter((file) => /(^|\/)(test|dev)\/|(?<!\.d)\.tsx?$|\.map$/.test(file));
  assert.equal(strangers, []);
  assert.ok(files.includes('dist/harness/cli/vmm-harness.cjs'));
});

test('everything that the package imports is in it, in Node.js, or a dependency', () => {
  const missing = files
    .filter((file) => file.startsWith('dist/') && file.endsWith('.js') && !file.startsWith('dist/report/'))
    .flatMap((file) => {
      const text = readFileSync(join(home, file), 'utf8');
      const imports = text.matchAll(importing);
      return [...imports].map(([, once, later]) => ({ file, to: once ?? later ?? '' }));
    })
    .filter(({ file, to }) => {
      if (to.startsWith('.')) return !existsSync(join(home, dirname(file), to));
      const [first = '', second = ''] = to.split('/');
      const name = first.startsWith('@') ? `${first}/${second}` : first;
      return !isBuiltin(to) && dependencies[name] === undefined;
    });
  assert.equal(missing, []);
});

/** Runs a command with the package's folder mounted read-only, even for root. */
function readOnly(command: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"';
  return call('unshare', ['--mount', '--map-root-user', 'sh', '-c', script, home, ...command], {
    cwd: project,
    env: { ...process.env, ...env },
  });
}

const ownFolder =
  'an installed package builds into the cache of its user, and writes nothing into its own folder';
test(
  ownFolder,
  async () => {
    const refused = await readOnly(['touch', join(home, 'x')]).catch(({ stderr }) => stderr);
    assert.match(refused, /Read-only file system/);
    const main = join(home, 'dist', 'harness', 'cli', 'vmm-harness.cjs');
    const env = { XDG_CACHE_HOME: join(project, 'cache'), VMM_HARNESS_BUILD: '' };
    const harness = (...words: string[]) => readOnly([process.execPath, main, ...words], env);
    assert.match((await harness('--version')).stdout, /^\d+\.\d+\.\d+\n$/);
    assert.match((await harness('system', 'print')).stdout, /<protection_domain/);
    const { kernel } = JSON.parse((await harness('guest', '--differential', '--json')).stdout);
    assert.match(kernel, new RegExp(`^${project}/cache/sel4-vmm-harness/build-\\d+\\.\\d+\\.\\d+/guest/`));
    assert.ok(existsSync(kernel));
  },
  { skip: noNamespaces },
);

test('a folder for builds, and one for runs, can be named by variables', async () => {
  const { buildRoot, runsFolder } = await import('../../harness/base/paths.js');
  const main = join(packageRoot, 'dist', 'harness', 'base', 'paths.js');
  const script = `const p = await import('${main}'); console.log(p.buildRoot, p.runsFolder(), p.runsFolder('c'));`;
  const env = { ...process.env, VMM_HARNESS_BUILD: 'a', VMM_HARNESS_RUNS: 'b' };
  const words = ['--input-type=module', '--eval', script];
  const { stdout } = await call(process.execPath, words, { cwd: project, env });
  assert.is(stdout, `${join(project, 'a')} ${join(project, 'b')} ${join(project, 'c')}\n`);
  assert.is(buildRoot, process.env.VMM_HARNESS_BUILD ?? join(packageRoot, 'build'));
  assert.is(runsFolder(), join(process.cwd(), 'runs'));
});

run();
