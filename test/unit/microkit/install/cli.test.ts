// SPDX-License-Identifier: BSD-2-Clause
/** `vmm-harness sdk ...` as a user calls it: in its own process, with signals, exit codes and messages. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../../../harness/base/paths.js';
import { SdkStore } from '../../../../harness/microkit/install/store.js';
import { run, test } from '../../../support/test.js';
import { contentOf, inFolder, makeArchive, onServer, serving } from './support.js';

const program = join(packageRoot, 'dist', 'harness', 'cli', 'vmm-harness.cjs');

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

class Call {
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #end: Promise<unknown[]>;

  constructor(dir: string, words: readonly string[]) {
    const { MICROKIT_SDK: _, ...inherited } = process.env;
    const env = { ...inherited, XDG_DATA_HOME: dir, CI: '1' };
    this.#child = spawn(process.execPath, [program, 'sdk', ...words], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (chunk) => {
      this.stdout += chunk;
    });
    this.#child.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
    this.#end = once(this.#child, 'close');
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async ended(): Promise<Ended> {
    await this.#end;
    return {
      code: this.#child.exitCode,
      signal: this.#child.signalCode,
      stdout: this.stdout,
      stderr: this.stderr,
    };
  }
}

const call = (dir: string, ...words: string[]): Promise<Ended> => new Call(dir, words).ended();
const storeOf = (dir: string) => new SdkStore(join(dir, 'sel4-vmm-harness', 'sdk'));

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('install, list, use, verify and remove report what they did', () =>
  inFolder(async (dir) => {
    const { file, nar } = await makeArchive(dir);
    const install = await call(dir, 'install', file, '--hash', nar);
    assert.is(install.code, 0, install.stderr);
    assert.match(install.stdout, /SDK 2\.0\.1 is installed: .*\(as given with --hash\)\nit is the default/);
    assert.match(install.stderr, /verify: NAR hash sha256-/);
    assert.match((await call(dir, 'install', file, '--hash', nar)).stdout, /was installed already/);
    assert.match((await call(dir, 'verify')).stdout, /SDK 2\.0\.1 is whole/);
    assert.match((await call(dir, 'path', '2.0.1')).stdout, /sdk\/2\.0\.1\n$/);
    assert.match((await call(dir, 'use', 'minikit')).stdout, /minikit is used/);
    assert.match((await call(dir, 'use', 'microkit-2.0.1')).stdout, /SDK 2\.0\.1 is the default/);
    assert.match(
      (await call(dir, 'remove', '2.0.1')).stdout,
      /is removed\nit was the default; minikit is used now/,
    );
    assert.is((await call(dir, 'verify')).stdout, 'no SDK is installed; vmm-harness sdk install 2.3.0\n');
  }));

test('machine-readable output is JSON', () =>
  inFolder(async (dir) => {
    const { file, nar } = await makeArchive(dir);
    const { stdout } = await call(dir, 'install', file, '--hash', nar, '--json');
    assert.is(JSON.parse(stdout).record.nar, nar);
    assert.equal(JSON.parse((await call(dir, 'verify', '--json')).stdout).sdks, [
      { name: '2.0.1', ok: true, nar, trust: 'given' },
    ]);
  }));

test('usage errors end with exit code 2', () =>
  inFolder(async (dir) => {
    const install = await call(dir, 'install', '2.4.0');
    assert.is(install.code, 2);
    assert.match(install.stderr, /no published SDK 2\.4\.0[\s\S]*2\.3\.0/);
    assert.is((await call(dir, 'remove', '2.3.0')).code, 2);
  }));

test('faults of the machine end with exit code 3', () =>
  inFolder(async (dir) => {
    const gone = await onServer(
      () => {},
      async ({ url }) => url,
    );
    const { code, stderr } = await call(dir, 'install', '2.3.0', '--url', gone);
    assert.is(code, 3);
    assert.match(stderr, /refuses the connection[\s\S]*way out/);
  }));

/** A server that sends half of an archive and then keeps the connection open until it is told to send everything. */
function halting(content: Buffer): { handler: Parameters<typeof onServer>[0]; goOn: () => void } {
  const whole = serving(content);
  let halts = true;
  return {
    handler: (request, response) => {
      if (!halts) return whole(request, response);
      response.writeHead(200, { etag: '"v1"', 'content-length': content.length });
      response.write(content.subarray(0, content.length / 2));
    },
    goOn: () => {
      halts = false;
    },
  };
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 130],
  ['SIGKILL', null],
] as const) {
  test(`after ${signal} in a download nothing is installed, and the next install resumes it`, () =>
    inFolder(async (dir) => {
      const { file, nar } = await makeArchive(dir, { ballast: 400_000 });
      const { handler, goOn } = halting(contentOf(file));
      const { workDir } = storeOf(dir);
      await onServer(handler, async ({ url }) => {
        const words = ['install', '--url', url, '--hash', nar];
        const first = new Call(dir, words);
        const partial = () =>
          (existsSync(workDir) ? readdirSync(workDir) : []).some((name) => name.endsWith('.json'));
        await until(partial);
        first.kill(signal);
        const { code: got, stdout } = await first.ended();
        assert.is(got, code);
        assert.is(stdout, '');
        assert.equal(await storeOf(dir).names(), []);
        goOn();
        const second = await call(dir, ...words);
        assert.is(second.code, 0, second.stderr);
      });
    }));
}

test('Ctrl-C while the tool is tried also ends the tool', () =>
  inFolder(async (dir) => {
    const started = join(dir, 'started');
    const { file, nar } = await makeArchive(dir, {
      tool: `#!/bin/sh\necho $$ > ${started}\nexec sleep 60\n`,
    });
    const install = new Call(dir, ['install', file, '--hash', nar]);
    await until(() => existsSync(started) && contentOf(started).length > 1);
    install.kill('SIGINT');
    const { code, stderr } = await install.ended();
    assert.is(code, 130);
    assert.match(stderr, /interrupted/);
    assert.equal(await storeOf(dir).names(), []);
    assert.equal(readdirSync(storeOf(dir).workDir), []);
    const pid = Number(contentOf(started));
    assert.throws(
      () => process.kill(pid, 0),
      (error: NodeJS.ErrnoException) => error.code === 'ESRCH',
    );
  }));

test('an install whose process was killed does not block others', () =>
  inFolder(async (dir) => {
    const started = join(dir, 'started');
    const slow = await makeArchive(join(dir, 'slow'), {
      tool: `#!/bin/sh\necho $$ > ${started}\nexec sleep 60\n`,
    });
    const good = await makeArchive(join(dir, 'good'));
    const first = new Call(dir, ['install', slow.file, '--hash', slow.nar]);
    await until(() => existsSync(started) && contentOf(started).length > 1);
    const busy = await call(dir, 'install', good.file, '--hash', good.nar, '--no-wait');
    assert.is(busy.code, 3);
    assert.match(busy.stderr, /the folder of installed SDKs is busy[\s\S]*held by process \d+/);
    const waiting = new Call(dir, ['install', good.file, '--hash', good.nar]);
    await until(() => waiting.stderr.includes('waiting for process'));
    first.kill('SIGKILL');
    process.kill(Number(contentOf(started)), 'SIGKILL');
    const { code, stderr } = await waiting.ended();
    assert.is(code, 0, stderr);
    assert.equal(readdirSync(storeOf(dir).workDir), []);
  }));

test('Ctrl-C ends the wait for another install', () =>
  inFolder(async (dir) => {
    const started = join(dir, 'started');
    const slow = await makeArchive(dir, { tool: `#!/bin/sh\necho $$ > ${started}\nexec sleep 60\n` });
    const words = ['install', slow.file, '--hash', slow.nar];
    const first = new Call(dir, words);
    await until(() => existsSync(started));
    const second = new Call(dir, words);
    await until(() => second.stderr.includes('waiting for process'));
    second.kill('SIGINT');
    assert.is((await second.ended()).code, 130);
    first.kill('SIGINT');
    assert.is((await first.ended()).code, 130);
  }));

run();
