// SPDX-License-Identifier: BSD-2-Clause
/** A virtual board whose serial port is remote: behind a real ser2net, and behind a command. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noProgress } from '../../harness/base/progress.js';
import { readLab } from '../../harness/machine/board/lab/lab.js';
import { labTarget } from '../../harness/machine/board/target.js';
import { joinPty, type SerialJoint } from '../../harness/machine/virtual/pty.js';
import { bareImage } from '../support/bare-image.js';
import { qemuBoard } from '../support/fake-guest.js';
import { inFolder } from '../support/folder.js';
import { type Accepter, noSer2net, Ser2net } from '../support/ser2net.js';
import { run, test } from '../support/test.js';

const folder = mkdtempSync(join(tmpdir(), 'served-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const image = bareImage(qemuBoard, 'console', folder);
const soon = { what: 'the answer', limit: 60_000 };

/**
 * Boots the image on a virtual board whose port is `port` of the device, and checks that it runs and receives input.
 */
async function boots(
  toml: string,
  port: (device: string, folder: string) => Promise<SerialJoint>,
): Promise<void> {
  await inFolder({ 'run/.keep': '' }, async (root) => {
    const entry = readLab(`[board.${qemuBoard.name}]\nvirtual = true\n${toml}\n`, 'lab.toml').get(
      qemuBoard.name,
    );
    if (!entry) throw new Error('the lab has no board');
    const joint = async (socket: string, name: string): Promise<SerialJoint> => {
      const pty = await joinPty(socket, name);
      const far = await port(pty.port, root);
      const close = () => far.close().then(() => pty.close());
      return { port: far.port, close };
    };
    const options = { progress: noProgress, command: 'a test', virtual: { joint }, lockFolder: root };
    const machine = await labTarget(entry, options).start(image, { folder: join(root, 'run') });
    try {
      await machine.console.expect('ready\n', soon);
      await machine.console.send('echo.');
      await machine.console.expect('echo.', soon);
    } finally {
      await machine.powerOff();
    }
  });
}

const served = (accepter: Accepter, scheme: string) => async (device: string, root: string) => {
  const server = await Ser2net.open(root, device, accepter);
  return { port: `${scheme}127.0.0.1:${server.port}`, close: () => server.stop() };
};

test(
  'an image starts over ser2net: by TFTP with plain bytes, by YMODEM with RFC 2217',
  async () => {
    await boots('', served('tcp', 'tcp:'));
    await boots('upload.by = "ymodem"', served('telnet(rfc2217),tcp', 'rfc2217://'));
  },
  { limit: 170_000, skip: noSer2net },
);

test(
  'an image starts by YMODEM over a command whose input and output are the line',
  () =>
    boots('upload.by = "ymodem"', async (device) => ({
      port: `exec:socat -b 65536 - ${device},rawer`,
      close: async () => {},
    })),
  { limit: 170_000 },
);

run();
