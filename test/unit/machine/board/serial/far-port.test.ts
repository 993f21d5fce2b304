// SPDX-License-Identifier: BSD-2-Clause
/** Remote ports: behind a real ser2net, whose far end is a PTY, and behind a command. */
import { execFileSync } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import * as assert from 'uvu/assert';
import { type LineOptions, SerialLine } from '../../../../../harness/machine/board/serial/line.js';
import { defaultSettings } from '../../../../../harness/machine/board/serial/settings.js';
import { Console } from '../../../../../harness/machine/console.js';
import { inFolder } from '../../../../support/folder.js';
import { processes, until } from '../../../../support/processes.js';
import { Pty } from '../../../../support/pty.js';
import { refusal } from '../../../../support/refusal.js';
import { type Accepter, noSer2net, Ser2net } from '../../../../support/ser2net.js';
import { run, test } from '../../../../support/test.js';

const soon = { what: 'the text', limit: 30_000 };
const allBytes = Buffer.from(Array.from({ length: 512 }, (_, i) => i));

interface Desk {
  pty: Pty;
  /** The bytes that the board has received. */
  heard: () => Buffer;
  notes: string[];
  options: LineOptions;
  folder: string;
}

/** A board's end of a line, and a port for the harness that leads there. */
function withDesk(
  port: (desk: Desk) => Promise<string> | string,
  body: (desk: Desk) => Promise<void>,
): Promise<void> {
  return inFolder({}, async (folder) => {
    const chunks: Buffer[] = [];
    const notes: string[] = [];
    const pty = await Pty.open((bytes) => chunks.push(bytes));
    const options: LineOptions = {
      path: '',
      settings: defaultSettings,
      command: 'a test',
      lockFolder: folder,
      onNote: (text) => notes.push(text),
    };
    const desk = { pty, heard: () => Buffer.concat(chunks), notes, options, folder };
    try {
      options.path = await port(desk);
      await body(desk);
    } finally {
      await pty.close();
    }
  });
}

async function withServer(
  accepter: Accepter,
  scheme: string,
  body: (desk: Desk & { server: Ser2net }) => Promise<void>,
): Promise<void> {
  let server: Ser2net | undefined;
  const port = async ({ folder, pty }: Desk) => {
    server = await Ser2net.open(folder, pty.path, accepter);
    return `${scheme}127.0.0.1:${server.port}`;
  };
  await withDesk(port, async (desk) => body({ ...desk, server: server as Ser2net })).finally(() =>
    server?.stop(),
  );
}

async function withLine(options: LineOptions, body: (line: SerialLine) => Promise<void>): Promise<void> {
  const line = await SerialLine.open(options);
  await body(line).finally(() => line.close());
}

const servers: [accepter: Accepter, scheme: string][] = [
  ['tcp', 'tcp:'],
  ['telnet(rfc2217),tcp', 'rfc2217://'],
];
const skip = { skip: noSer2net };

for (const [accepter, scheme] of servers) {
  test(
    `${scheme} bytes of every value pass both ways unchanged`,
    () =>
      withServer(accepter, scheme, ({ options, pty, heard }) =>
        withLine(options, async (line) => {
          const got: Buffer[] = [];
          line.tap((bytes) => got.push(bytes));
          await pty.say(allBytes);
          await line.write(allBytes);
          await until(() => heard().length >= 512 && Buffer.concat(got).length >= 512);
          assert.equal(Buffer.concat(got), allBytes);
          assert.equal(heard(), allBytes);
        }),
      ),
    skip,
  );

  test(
    `${scheme} a server that has given the port to somebody else is reported as busy, with its own message`,
    () =>
      withServer(accepter, scheme, ({ options, folder }) =>
        withLine(options, async () => {
          const elsewhere = `${folder}/elsewhere`;
          execFileSync('mkdir', [elsewhere]);
          const error = await refusal(SerialLine.open({ ...options, lockFolder: elsewhere }));
          assert.equal(
            [error.exitCode, error.message, error.detail.got?.split(';')[0]],
            [3, 'busy: somebody else is using it at the far end', 'Port already in use'],
          );
        }),
      ),
    skip,
  );

  test(
    `${scheme} another run on this machine that has the port is named with its process`,
    () =>
      withServer(accepter, scheme, ({ options }) =>
        withLine(options, async () => {
          const error = await refusal(SerialLine.open(options));
          assert.match(error.message, /^busy: held by PID \d+ since \d\d:\d\d$/);
        }),
      ),
    skip,
  );

  test(
    `${scheme} a server that disappears and returns is reconnected to, and both ends continue`,
    () =>
      withServer(accepter, scheme, ({ options, pty, heard, notes, server }) =>
        withLine(options, async (line) => {
          const console = new Console(line.attach());
          await pty.say('before');
          await console.expect('before', soon);
          await server.stop();
          await until(() => notes.length === 1);
          const sent = console.send('typed while it was gone\n');
          await server.start();
          await sent;
          await until(() => heard().toString().endsWith('gone\n'));
          await pty.say('after');
          await console.expect('after', soon);
          assert.match(notes[0] ?? '', /has vanished \(.+\); waiting for it/);
          assert.match(notes[1] ?? '', /is back after \d+\.\d s; the board's output meanwhile is lost/);
        }),
      ),
    skip,
  );

  test(
    `${scheme} a server that stays away ends the wait with the last reason, and one that never existed is reported at once`,
    () =>
      withServer(accepter, scheme, async ({ options, server }) => {
        await withLine({ ...options, reconnectLimit: 400 }, async (line) => {
          const console = new Console(line.attach(), { whyClosed: async () => line.failure as never });
          const wait = refusal(console.expect('x', soon));
          await server.stop();
          const error = await wait;
          assert.is(error.message, 'the port vanished and did not come back');
          assert.match(error.detail.got ?? '', /at the end: no serial server answers there: .*ECONNREFUSED/);
        });
        const error = await refusal(SerialLine.open(options));
        assert.equal([error.exitCode, error.message], [3, 'no serial server answers there']);
      }),
    skip,
  );
}

test(
  'rfc2217 sets the far port, and another rate during the run',
  () =>
    withServer('telnet(rfc2217),tcp', 'rfc2217://', ({ options, pty }) =>
      withLine({ ...options, settings: { ...defaultSettings, baud: 57_600, stopBits: 2 } }, async (line) => {
        const stty = () => execFileSync('stty', ['-a', '-F', pty.path], { encoding: 'utf8' });
        assert.match(stty(), /speed 57600 baud[\s\S]* cstopb/);
        await line.setBaud(230_400);
        assert.match(stty(), /speed 230400 baud/);
        await line.sendBreak();
      }),
    ),
  skip,
);

test(
  'a telnet server without RFC 2217 is reported as such',
  () =>
    withServer('telnet,tcp', 'rfc2217://', async ({ options }) => {
      const error = await refusal(SerialLine.open(options));
      assert.is(error.exitCode, 3);
      assert.match(
        error.explain(),
        /the server refuses the settings of the port \(COM-PORT-OPTION\)[\s\S]*ser2net/,
      );
    }),
  skip,
);

test(
  'a rate or a break that a server of plain bytes cannot provide is refused with the reason',
  () =>
    withServer('tcp', 'tcp:', ({ options }) =>
      withLine(options, async (line) => {
        await line.setBaud(defaultSettings.baud);
        assert.match((await refusal(line.setBaud(9_600))).explain(), /the far end sets the rate/);
        assert.match((await refusal(line.sendBreak())).explain(), /a break needs rfc2217/);
      }),
    ),
  skip,
);

/** A server of this test, for behaviour that ser2net does not have. */
async function withFake(
  onConnect: (socket: Socket) => void,
  body: (port: string) => Promise<void>,
): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnect(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await body(`127.0.0.1:${(server.address() as { port: number }).port}`);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

test('a server that closes at once, and one that drops the connection, are not ports', () =>
  withFake(
    (socket) => socket.end(),
    (port) =>
      inFolder({}, async (lockFolder) => {
        const options = { settings: defaultSettings, command: 'a test', lockFolder };
        for (const scheme of ['tcp:', 'rfc2217:']) {
          const error = await refusal(SerialLine.open({ ...options, path: scheme + port }));
          assert.equal([error.exitCode, error.message], [3, 'the far end closed the port at once']);
        }
      }),
  ));

test('a server that sets a rate other than the requested one is reported with both', () =>
  withFake(
    (socket) => {
      socket.write(Buffer.from([255, 253, 44, 255, 253, 0, 255, 251, 0]));
      socket.on('data', (bytes: Buffer) => {
        if (bytes.includes(250)) socket.write(Buffer.from([255, 250, 44, 101, 0, 0, 0x25, 0x80, 255, 240]));
      });
    },
    (port) =>
      inFolder({}, async (lockFolder) => {
        const options = { settings: defaultSettings, command: 'a test', lockFolder };
        const error = await refusal(SerialLine.open({ ...options, path: `rfc2217://${port}` }));
        assert.is(error.exitCode, 3);
        assert.match(error.explain(), /does not set the baud rate: requested 115200, it answered 9600/);
      }),
  ));

test('a server that negotiates endlessly is answered once for each option', async () => {
  let heard = 0;
  await withFake(
    (socket) => {
      socket.on('data', (bytes: Buffer) => {
        heard += bytes.length;
        // Sends DO and WILL of the same unknown option again and again, as two servers in a loop would.
        if (!socket.destroyed) socket.write(Buffer.from([255, 253, 77, 255, 251, 77]));
      });
    },
    (port) =>
      inFolder({}, async (lockFolder) => {
        const options = { settings: defaultSettings, command: 'a test', lockFolder };
        const error = await refusal(SerialLine.open({ ...options, path: `rfc2217://${port}` }));
        assert.match(error.explain(), /does not speak RFC 2217: nothing in 5 s/);
      }),
  );
  // Five requests by this side, and one refusal for each.
  assert.is(heard, 3 * (5 + 2));
});

/** A word in the command that no other process has. */
const mark = '61234';
const joined = ({ pty }: Desk) => `exec:exec socat -b ${mark} - ${pty.path},rawer`;

test('exec: bytes of every value pass both ways, and the command ends with the line', () =>
  withDesk(joined, async ({ options, pty, heard }) => {
    await withLine(options, async (line) => {
      const got: Buffer[] = [];
      line.tap((bytes) => got.push(bytes));
      await pty.say(allBytes);
      await line.write(allBytes);
      await until(() => heard().length >= 512 && Buffer.concat(got).length >= 512);
      assert.equal([Buffer.concat(got), heard()], [allBytes, allBytes]);
    });
    await until(() => processes(mark).length === 0);
  }));

test('exec: a command that ends at once is reported with its exit code and the last line of its output', () =>
  withDesk(
    () => 'exec:echo "ssh: connect to host lab port 22: Connection refused" >&2; exit 255',
    async ({ options }) => {
      const error = await refusal(SerialLine.open(options));
      assert.equal([error.exitCode, error.message], [3, 'the far end closed the port at once']);
      assert.is(
        error.detail.got,
        'the command ended with exit code 255: ssh: connect to host lab port 22: Connection refused',
      );
    },
  ));

test('exec: a command that ends later is started again', () =>
  withDesk(joined, async ({ options, pty, notes }) =>
    withLine(options, async (line) => {
      const console = new Console(line.attach());
      for (const pid of processes(mark)) process.kill(Number(pid), 'SIGKILL');
      await until(() => notes.length === 2);
      await pty.say('after');
      await console.expect('after', soon);
      assert.match(notes[0] ?? '', /has vanished \(the command ended with SIGKILL\)/);
    }),
  ));

run();
