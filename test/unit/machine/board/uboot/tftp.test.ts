// SPDX-License-Identifier: BSD-2-Clause

import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { payloadOf } from '../../../../../harness/machine/board/uboot/payload.js';
import { defaultUBoot } from '../../../../../harness/machine/board/uboot/settings.js';
import { Tftp, type TftpOptions } from '../../../../../harness/machine/board/uboot/tftp.js';
import { startTftpServer } from '../../../../../harness/machine/board/uboot/tftp-server.js';
import { UBoot } from '../../../../../harness/machine/board/uboot/uboot.js';
import { type Commands, FakeUBoot } from '../../../../support/fake-uboot.js';
import { type Files, inFolder } from '../../../../support/folder.js';
import { refusal } from '../../../../support/refusal.js';
import { run, test } from '../../../../support/test.js';

const address = '127.0.0.1';
const silent = { onProgress: () => {}, signal: new AbortController().signal };

/** A UDP port that is free now. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  const { port } = socket.address();
  socket.close();
  return port;
}

/** The answer to one packet. A block is acknowledged. */
function answerTo(port: number, request: Buffer): Promise<Buffer> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.on('message', (message, from) => {
      socket.send(Buffer.from([0, 4, 0, 1]), from.port, from.address, () => socket.close());
      resolve(message);
    });
    socket.send(request, port, address);
  });
}

/** A request (RFC 1350): opcode 1 reads, 2 writes. */
const requestFor = (opcode: number, name: string, options = '') =>
  Buffer.concat([Buffer.from([0, opcode]), Buffer.from(`${name}\0octet\0${options}`)]);
const fetchBlock = (port: number, name: string) => answerTo(port, requestFor(1, name));

/** Fetches a whole file as U-Boot does. Every `lose`th packet received is lost. */
function fetchAll(port: number, name: string, options: string, lose = 0): Promise<Buffer> {
  const socket = createSocket('udp4');
  const blocks: Buffer[] = [];
  const blockSize = Number(/blksize\0(\d+)/.exec(options)?.[1] ?? 512);
  const window = Number(/windowsize\0(\d+)/.exec(options)?.[1] ?? 1);
  let came = 0;
  return new Promise((resolve) => {
    socket.on('message', (message, from) => {
      came += 1;
      if (lose > 0 && came % lose === 0) return;
      // Block numbers wrap to 0 after 65,535.
      const isBlock = message.readUInt16BE(0) === 3;
      const isNext = isBlock && message.readUInt16BE(2) === ((blocks.length + 1) & 0xffff);
      if (isNext) blocks.push(Buffer.from(message.subarray(4)));
      const last = isNext && message.length - 4 < blockSize;
      if (isNext && !last && blocks.length % window > 0) return;
      const ack = Buffer.from([0, 4, (blocks.length >> 8) & 0xff, blocks.length & 0xff]);
      socket.send(ack, from.port, from.address, () => {
        if (!last) return;
        socket.close();
        resolve(Buffer.concat(blocks));
      });
    });
    socket.send(requestFor(1, name, options), port, address);
  });
}

/** A server on a folder with these files. */
const withServer = (files: Files, body: (port: number, root: string) => Promise<void>) =>
  inFolder(files, async (root) => {
    const port = await freePort();
    const server = await startTftpServer({ root, address, port });
    try {
      await body(port, root);
    } finally {
      await server.close();
    }
  });

async function atPrompt(commands: Commands): Promise<{ fake: FakeUBoot; uboot: UBoot }> {
  const fake = new FakeUBoot(commands);
  const uboot = new UBoot(fake.wire, defaultUBoot);
  const reached = uboot.reach();
  fake.boot();
  await reached;
  return { fake, uboot };
}

function tftp(root: string, more: Partial<TftpOptions> = {}): Tftp {
  const service = { root, server: undefined, port: undefined };
  return new Tftp({ service, network: 'dhcp', name: 'desk', ...more });
}

test('a started server serves its folder to every client, and is gone when closed', () =>
  inFolder({ 'image.img': 'bytes' }, async (root) => {
    const port = await freePort();
    const server = await startTftpServer({ root, address, port });
    const answer = await fetchBlock(port, 'image.img');
    assert.equal([answer.readUInt16BE(0), answer.subarray(4).toString()], [3, 'bytes']);
    await server.close();
    await (await startTftpServer({ root, address, port })).close();
  }));

test('a port in use is an infrastructure error that names the alternative', () =>
  inFolder({}, async (root) => {
    const port = await freePort();
    const server = await startTftpServer({ root, address, port });
    const error = await refusal(startTftpServer({ root, address, port }));
    await server.close();
    assert.equal([error.message, error.exitCode], ['the TFTP server does not start', 3]);
    assert.match(error.detail.wayOut ?? '', /`root` and `server` in the lab file/);
  }));

test('the server accepts no writes: its files stay unchanged', () =>
  withServer({ 'image.img': 'ours' }, async (port, root) => {
    const answer = await answerTo(port, requestFor(2, 'image.img'));
    assert.equal([answer.readUInt16BE(0), answer.readUInt16BE(2)], [5, 2]);
    const other = await answerTo(port, requestFor(2, 'new.img'));
    assert.is(other.readUInt16BE(0), 5);
    assert.equal(readdirSync(root), ['image.img']);
    assert.is(readFileSync(join(root, 'image.img'), 'utf8'), 'ours');
  }));

test('the server follows no link, serves nothing outside its folder, and waits for no FIFO', () =>
  withServer({ 'sub/file': 'x', '.hidden': 'x' }, async (port, root) => {
    symlinkSync('/etc/hostname', join(root, 'link'));
    execFileSync('mkfifo', [join(root, 'fifo')]);
    for (const name of ['link', 'fifo', 'sub', 'sub/file', '../x', '/etc/hostname', '.hidden', 'none', '']) {
      const answer = await fetchBlock(port, name);
      assert.is(answer.readUInt16BE(0), 5, name);
    }
  }));

test('packets that are not TFTP are ignored', () =>
  withServer({ 'image.img': 'ours' }, async (port) => {
    const socket = createSocket('udp4');
    for (const bytes of [[], [0], [0, 9, 1], [0, 1], [0, 1, 65], [0, 4, 0, 1]])
      socket.send(Buffer.from(bytes), port, address);
    await new Promise<void>((resolve) => socket.send(Buffer.alloc(9000, 1), port, address, () => resolve()));
    socket.close();
    assert.is((await fetchBlock(port, 'image.img')).subarray(4).toString(), 'ours');
  }));

test(
  'large files arrive whole: with large blocks, with windows, and beyond 65,535 blocks',
  async () => {
    const bytes = Buffer.alloc(530_000, 'abcdefg');
    await withServer({}, async (port, root) => {
      writeFileSync(join(root, 'image.img'), bytes);
      for (const options of [
        '',
        'blksize\x001468\0tsize\x000\0',
        'blksize\x008\0windowsize\x0064\0',
        'blksize\x001000\0windowsize\x004\0',
      ])
        assert.ok(bytes.equals(await fetchAll(port, 'image.img', options)), options);
    });
  },
  { limit: 60_000 },
);

test('a duplicate acknowledgement sends no block twice', () =>
  withServer({ 'image.img': 'x'.repeat(1_200) }, async (port) => {
    const socket = createSocket('udp4');
    const blocks: number[] = [];
    await new Promise<void>((resolve) => {
      socket.on('message', (message, from) => {
        const block = message.readUInt16BE(2);
        blocks.push(block);
        const ack = Buffer.from([0, 4, 0, block]);
        socket.send(ack, from.port, from.address);
        socket.send(ack, from.port, from.address, () => block === 3 && resolve());
      });
      socket.send(requestFor(1, 'image.img'), port, address);
    });
    socket.close();
    assert.equal(blocks, [1, 2, 3]);
  }));

test('a block that is lost is sent again', async () => {
  const bytes = Buffer.alloc(2_000, 'abcdefg');
  await withServer({}, async (port, root) => {
    writeFileSync(join(root, 'image.img'), bytes);
    assert.ok(bytes.equals(await fetchAll(port, 'image.img', 'blksize\x001468\0', 2)));
  });
});

test('U-Boot is told to fetch nothing by itself, to give up, and where the server is', async () => {
  const { fake, uboot } = await atPrompt({ dhcp: () => 'DHCP client bound' });
  const service = { root: '/srv', server: '10.1.1.1', port: 6969 };
  await tftp('/srv', { service }).prepare(uboot);
  assert.equal(fake.ran, [
    'setenv autoload no',
    'setenv netretry no',
    'dhcp',
    'setenv serverip 10.1.1.1',
    'setenv tftpdstp 6969',
  ]);
});

test('a board without DHCP gets the address in the lab file', async () => {
  const { fake, uboot } = await atPrompt({});
  await tftp('/srv', { network: { ip: '10.1.1.7', netmask: '255.0.0.0' } }).prepare(uboot);
  assert.equal(fake.ran.slice(2), ['setenv ipaddr 10.1.1.7', 'setenv netmask 255.0.0.0']);
});

test("a failed DHCP is reported with U-Boot's output", async () => {
  const { uboot } = await atPrompt({
    dhcp: () => ({ output: 'BOOTP broadcast 1\nRetry time exceeded', status: 1 }),
  });
  const error = await refusal(tftp('/srv').prepare(uboot));
  assert.is(error.message, 'the board got no address by DHCP');
  assert.match(error.detail.got ?? '', /Retry time exceeded/);
});

test('the file is where the server looks while U-Boot fetches it, readable for all, and not afterwards', () =>
  inFolder({ image: 'bytes of the image', 'root/.keep': '' }, async (folder) => {
    const root = join(folder, 'root');
    const { uboot } = await atPrompt({
      tftpboot: ([, , name = '']) => `Bytes transferred = ${readFileSync(join(root, name)).length} (12 hex)`,
    });
    await tftp(root).send(uboot, await payloadOf(join(folder, 'image')), 0x1000, { ...silent, folder });
    assert.equal(readdirSync(root), ['.keep']);
  }));

test('progress is counted from the hashes that U-Boot prints', () =>
  inFolder({ image: 'x'.repeat(50_000) }, async (folder) => {
    const { uboot } = await atPrompt({
      tftpboot: () => 'Using virtio-net#31 device\nLoading: ###\ndone\nBytes transferred = 50000 (c350 hex)',
    });
    const seen: number[] = [];
    const onProgress = (bytes: number) => seen.push(bytes);
    await tftp(folder).send(uboot, await payloadOf(join(folder, 'image')), 0x1000, {
      ...silent,
      onProgress,
      folder,
    });
    assert.is(Math.max(...seen), 3 * 14_680);
  }));

test('a short transfer is an error, even when U-Boot reports success', () =>
  inFolder({ image: 'x'.repeat(5_000) }, async (folder) => {
    const { uboot } = await atPrompt({ tftpboot: () => 'Bytes transferred = 4096 (1000 hex)' });
    const payload = await payloadOf(join(folder, 'image'));
    const error = await refusal(tftp(folder).send(uboot, payload, 0x1000, { ...silent, folder }));
    assert.is(error.message, 'the TFTP transfer failed');
    assert.is(error.detail.expected, '5000 bytes from the DHCP server');
  }));

test('a missing TFTP root is an error that explains its purpose', () =>
  inFolder({ image: 'x' }, async (folder) => {
    const { uboot } = await atPrompt({});
    const payload = await payloadOf(join(folder, 'image'));
    const error = await refusal(
      tftp('/srv/no-such-root').send(uboot, payload, 0x1000, { ...silent, folder }),
    );
    assert.equal([error.exitCode, error.message], [3, 'the TFTP root cannot be used']);
    assert.equal([error.detail.where, /listen/.test(error.detail.wayOut ?? '')], ['/srv/no-such-root', true]);
  }));

run();
