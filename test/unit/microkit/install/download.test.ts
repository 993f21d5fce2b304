// SPDX-License-Identifier: BSD-2-Clause
import { existsSync, readFileSync, statSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { run, test } from '../../../support/test.js';
import { arrived, content, fetching, isWhole } from './fetching.js';
import { breakWhen, errorOf, quick, serving } from './support.js';

test('a file is fetched, with its size known from the start', () =>
  fetching(serving(content), async (get, file) => {
    const parts: [number, number | undefined][] = [];
    await get({ onProgress: (received, total) => parts.push([received, total]) });
    isWhole(file);
    assert.equal(parts.at(-1), [content.length, content.length]);
    assert.ok(parts.every(([, total]) => total === content.length));
  }));

test('a broken connection is resumed where it broke, as long as each try makes progress', () =>
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

test('a later call continues where an earlier one gave up', () =>
  fetching(serving(content, { cuts: [30_000, 0, 0], arrived }), async (get, file, { requests }) => {
    const error = await errorOf(get());
    assert.is(error.exitCode, 3);
    assert.match(error.explain(), /cut off[\s\S]*continues where it stopped/);
    assert.is(statSync(file).size, 30_000);
    await get();
    isWhole(file);
    assert.is(requests.at(-1)?.headers.range, 'bytes=30000-');
  }));

test('a complete file is not sent again', () =>
  fetching(serving(content), async (get, file, { requests }) => {
    await get();
    await get();
    isWhole(file);
    assert.is(requests.length, 2);
    assert.is(requests[1]?.headers.range, `bytes=${content.length}-`);
  }));

test('a file that has changed at the server is fetched from its start', () => {
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

test('a file that has become shorter than the part received is fetched from its start', () => {
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

test('without an ETag the date of the last change is used', () =>
  fetching(
    (request, response) => {
      const date = 'Tue, 21 Jul 2026 10:39:19 GMT';
      if (request.headers['if-range'] === date) {
        const range = `bytes 400-${content.length - 1}/${content.length}`;
        response.writeHead(206, { 'content-range': range }).end(content.subarray(400));
      } else {
        response.writeHead(200, { 'last-modified': date, 'content-length': content.length });
        response.write(content.subarray(0, 400));
        breakWhen(() => arrived() === 400, response);
      }
    },
    async (get, file, { requests }) => {
      await get();
      isWhole(file);
      assert.is(requests.length, 2);
    },
  ));

test('a part other than the requested one is not accepted', () =>
  fetching(
    (request, response) => {
      const wrong = request.headers.range !== undefined;
      if (wrong)
        response.writeHead(206, { 'content-range': 'bytes 10-99/100' }).end(content.subarray(10, 100));
      else {
        response.writeHead(200, { etag: '"v1"', 'content-length': content.length });
        response.write(content.subarray(0, 400));
        breakWhen(() => arrived() === 400, response);
      }
    },
    async (get, file) => {
      assert.match((await errorOf(get())).explain(), /cut off/);
      if (existsSync(file)) assert.ok(content.subarray(0, 400).equals(readFileSync(file)));
    },
  ));

test('when a server sends less than requested, the rest is requested', () =>
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

test('an abort ends the download with its reason, and the received bytes are kept', () =>
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
