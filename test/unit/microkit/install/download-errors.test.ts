// SPDX-License-Identifier: BSD-2-Clause
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { download } from '../../../../harness/microkit/install/download.js';
import { run, test } from '../../../support/test.js';
import { content, fetching, isWhole } from './fetching.js';
import { errorOf, inFolder, onServer, quick, serving } from './support.js';

const impatient = { ...quick, silence: 50 };

test('a connection that falls silent is given up', () =>
  fetching(
    (_request, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 10));
    },
    async (get) => {
      const error = await errorOf(get({ limits: impatient }));
      assert.match(error.explain(), /cut off[\s\S]*no byte arrived/);
    },
  ));

test('a server that does not answer is given up', () =>
  fetching(
    () => {},
    async (get) => {
      assert.match((await errorOf(get({ limits: impatient }))).explain(), /no byte arrived/);
    },
  ));

test('an address without a file is not tried again', () =>
  fetching(
    (_request, response) => response.writeHead(404).end(),
    async (get, _file, { requests }) => {
      const error = await errorOf(get());
      assert.is(error.exitCode, 3);
      assert.match(error.explain(), /no archive at this address[\s\S]*404 Not Found/);
      assert.is(requests.length, 1);
    },
  ));

test('a failing server is tried again', () => {
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

test('without a network the error says so and names another way', () =>
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

run();
