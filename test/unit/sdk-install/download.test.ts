// SPDX-License-Identifier: BSD-2-Clause
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { type DownloadOptions, download } from '../../../harness/sdk/install/download.js';
import { run, test } from '../../support/test.js';
import { breakWhen, errorOf, inFolder, onServer, quick, type Site, serving } from './support.js';

const content = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7) % 251));

const impatient = { ...quick, silence: 50 };

/** Bytes that the download of the running test has seen. */
let seen = 0;
const arrived = () => seen;

type Get = (options?: DownloadOptions) => Promise<void>;

/** Downloads from a server into a fresh folder. */
function fetching<T>(
  handler: Parameters<typeof onServer>[0],
  body: (get: Get, file: string, site: Site) => Promise<T>,
): Promise<T> {
  seen = 0;
  return inFolder((dir) =>
    onServer(handler, (site) => {
      const file = join(dir, 'file');
      const get: Get = (options = {}) =>
        download(site.url, file, {
          limits: quick,
          ...options,
          onProgress: (received, total) => {
            seen = received;
            options.onProgress?.(received, total);
          },
        });
      return body(get, file, site);
    }),
  );
}

const isWhole = (file: string) =>
  assert.ok(readFileSync(file).equals(content), 'the file is what the server has');

test('a file is fetched, with its size known from the start', () =>
  fetching(serving(content), async (get, file) => {
    const parts: [number, number | undefined][] = [];
    await get({ onProgress: (received, total) => parts.push([received, total]) });
    isWhole(file);
    assert.equal(parts.at(-1), [content.length, content.length]);
    assert.ok(parts.every(([, total]) => total === content.length));
  }));

test('a connection that breaks is taken up where it broke, as often as it brings something', () =>
  fetching(
    serving(content, { cuts: [30_000, 20_000, 10_000, 5_000], arrived }),
    async (get, file, { requests }) => {
      const retries: string[] = [];
      await get({ onRetry: (reason) => retries.push(reason) });
      isWhole(file);
      assert.equal(
        requests.map(({ headers }) => headers.range),
        [undefined, 'bytes=30000-', 'bytes=50000-', 'bytes=60000-', 'bytes=65000-'],
      );
      assert.ok(requests.slice(1).every(({ headers }) => headers['if-range'] === '"v1"'));
      assert.is(retries.length, 4);
    },
  ));

test('a later call goes on where an earlier one gave up', () =>
  fetching(serving(content, { cuts: [30_000, 0, 0], arrived }), async (get, file, { requests }) => {
    const error = await errorOf(get());
    assert.is(error.exitCode, 3);
    assert.match(error.explain(), /cut off[\s\S]*goes on from where it stopped/);
    assert.is(statSync(file).size, 30_000);
    await get();
    isWhole(file);
    assert.is(requests.at(-1)?.headers.range, 'bytes=30000-');
  }));

test('a file that is whole already is not sent again', () =>
  fetching(serving(content), async (get, file, { requests }) => {
    await get();
    await get();
    isWhole(file);
    assert.is(requests.length, 2);
    assert.is(requests[1]?.headers.range, `bytes=${content.length}-`);
  }));

test('a file that changed at the server in between is fetched from its start', () => {
  const old = serving(Buffer.alloc(60_000), { etag: '"v0"', cuts: [30_000, 0], arrived });
  const now = serving(content);
  let isOld = true;
  return fetching(
    (request, response) => (isOld ? old : now)(request, response),
    async (get, file, { requests }) => {
      await errorOf(get());
      isOld = false;
      await get();
      isWhole(file);
      assert.is(requests.at(-1)?.headers['if-range'], '"v0"');
    },
  );
});

test('a file that became shorter than what is here is fetched from its start', () => {
  const short = content.subarray(0, 20_000);
  const first = serving(content, { cuts: [30_000, 0], arrived });
  let served = first;
  return fetching(
    (request, response) => served(request, response),
    async (get, file) => {
      await errorOf(get());
      served = serving(short);
      await get();
      assert.ok(readFileSync(file).equals(short));
    },
  );
});

for (const [what, etag] of [
  ['no validator', null],
  ['a weak one', 'W/"v1"'],
] as const) {
  test(`with ${what} from the server a download starts again`, () =>
    fetching(serving(content, { etag, cuts: [30_000], arrived }), async (get, file, { requests }) => {
      await get();
      isWhole(file);
      assert.equal(
        requests.map(({ headers }) => headers.range),
        [undefined, undefined],
      );
    }));
}

test('the date of the last change serves where there is no ETag', () =>
  fetching(
    (request, response) => {
      const date = 'Tue, 21 Jul 2026 10:39:19 GMT';
      if (request.headers['if-range'] === date) {
        const range = `bytes 400-${content.length - 1}/${content.length}`;
        response.writeHead(206, { 'content-range': range }).end(content.subarray(400));
      } else {
        response.writeHead(200, { 'last-modified': date, 'content-length': content.length });
        response.write(content.subarray(0, 400));
        breakWhen(() => seen === 400, response);
      }
    },
    async (get, file, { requests }) => {
      await get();
      isWhole(file);
      assert.is(requests.length, 2);
    },
  ));

test('a server that sends another part than was asked for is not believed', () =>
  fetching(
    (request, response) => {
      const wrong = request.headers.range !== undefined;
      if (wrong)
        response.writeHead(206, { 'content-range': 'bytes 10-99/100' }).end(content.subarray(10, 100));
      else {
        response.writeHead(200, { etag: '"v1"', 'content-length': content.length });
        response.write(content.subarray(0, 400));
        breakWhen(() => seen === 400, response);
      }
    },
    async (get, file) => {
      assert.match((await errorOf(get())).explain(), /cut off/);
      if (existsSync(file)) assert.ok(content.subarray(0, 400).equals(readFileSync(file)));
    },
  ));

test('a server that sends less than was asked for is asked for the rest', () =>
  fetching(
    (request, response) => {
      const start = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
      if (start === 0) return serving(content, { cuts: [30_000], arrived })(request, response);
      const part = content.subarray(start, start + 40_000);
      const range = `bytes ${start}-${start + part.length - 1}/${content.length}`;
      response.writeHead(206, { 'content-range': range, 'content-length': part.length }).end(part);
    },
    async (get, file, { requests }) => {
      await get();
      isWhole(file);
      assert.is(requests.length, 3);
    },
  ));

test('a connection that is slow but steady is not given up', () =>
  fetching(
    (_request, response) => {
      const parts = [0, 1, 2, 3, 4].map((index) => content.subarray(index * 20_000, (index + 1) * 20_000));
      response.writeHead(200, { 'content-length': content.length });
      const next = () => {
        const part = parts.shift();
        if (part === undefined) response.end();
        else response.write(part, () => setTimeout(next, 400));
      };
      next();
    },
    async (get, file, { requests }) => {
      await get({ limits: { ...quick, silence: 1_500 } });
      isWhole(file);
      assert.is(requests.length, 1);
    },
  ));

test('a connection on which nothing comes any more is given up', () =>
  fetching(
    (_request, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 10));
    },
    async (get) => {
      const error = await errorOf(get({ limits: impatient }));
      assert.match(error.explain(), /cut off[\s\S]*no byte came/);
    },
  ));

test('a server that does not answer is given up', () =>
  fetching(
    () => {},
    async (get) => {
      assert.match((await errorOf(get({ limits: impatient }))).explain(), /no byte came/);
    },
  ));

test('an address without a file is no reason to try again', () =>
  fetching(
    (_request, response) => response.writeHead(404).end(),
    async (get, _file, { requests }) => {
      const error = await errorOf(get());
      assert.is(error.exitCode, 3);
      assert.match(error.explain(), /no archive at this address[\s\S]*404 Not Found/);
      assert.is(requests.length, 1);
    },
  ));

test('a server in trouble is asked again', () => {
  let answers = 0;
  const good = serving(content);
  return fetching(
    (request, response) => {
      answers += 1;
      if (answers === 1) response.writeHead(503).end();
      else good(request, response);
    },
    async (get, file) => {
      await get();
      isWhole(file);
    },
  );
});

test('a redirection is followed', () => {
  const good = serving(content);
  return fetching(
    (request, response) => {
      if (request.url === '/elsewhere') good(request, response);
      else response.writeHead(302, { location: '/elsewhere' }).end();
    },
    async (get, file) => {
      await get();
      isWhole(file);
    },
  );
});

test('without a network the words say so, and how to do without', () =>
  inFolder(async (dir) => {
    const url = 'https://no-such-host.invalid/microkit-sdk-2.3.0-linux-x86-64.tar.gz';
    const error = await errorOf(download(url, join(dir, 'file'), { limits: quick }));
    assert.is(error.exitCode, 3);
    assert.match(
      error.explain(),
      /no network.*\n[\s\S]*way out: .*sdk install \.\/microkit-sdk-2\.3\.0-linux-x86-64\.tar\.gz/,
    );
    assert.not.ok(existsSync(join(dir, 'file')));
  }));

test('a host that refuses the connection is named', () =>
  inFolder(async (dir) => {
    const gone = await onServer(
      () => {},
      async ({ url }) => url,
    );
    const error = await errorOf(download(gone, join(dir, 'file'), { limits: quick }));
    assert.match(error.explain(), /refuses the connection/);
  }));

test('an abort ends the download with its reason; what came is kept', () =>
  fetching(serving(content, { cuts: [30_000], arrived }), async (get, file) => {
    const enough = new AbortController();
    const limits = { ...quick, pause: 60_000 };
    const reason = await get({ limits, signal: enough.signal, onRetry: () => enough.abort('enough') }).catch(
      (error: unknown) => error,
    );
    assert.is((reason as Error).name, 'AbortError');
    assert.is(statSync(file).size, 30_000);
  }));

run();
