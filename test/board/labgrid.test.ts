// SPDX-License-Identifier: BSD-2-Clause
/** A board of a labgrid lab: the virtual board behind a real ser2net, a real exporter and a real coordinator. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { startVirtualBoard } from '../../harness/machine/virtual/virtual-board.js';
import { qemuBoard } from '../support/fake-guest.js';
import { cli, harness } from '../support/harness.js';
import { Labgrid, noLabgrid } from '../support/labgrid.js';
import { noSer2net, Ser2net } from '../support/ser2net.js';
import { run, test } from '../support/test.js';

const skip = noSer2net ?? noLabgrid;
const limit = 240_000;

interface Desk {
  lab: Labgrid;
  /** Writes a lab file whose board has these lines, and gives its path. */
  file(lines?: string, coordinator?: string): string;
}

async function openDesk(): Promise<Desk & { close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'labgrid-'));
  const served = join(folder, 'tftp');
  mkdirSync(served);
  const board = await startVirtualBoard({ board: qemuBoard, tftpRoot: served });
  const never = new AbortController().signal;
  const server = await Ser2net.open(folder, board.port, 'tcp');
  const power = (on: boolean) => (on ? board.power.cycle(never) : board.power.off());
  const lab = await Labgrid.open({ folder, serial: server.port, power });
  return {
    lab,
    file(lines = '', coordinator = lab.coordinator) {
      const path = join(folder, 'lab.toml');
      const labgrid = `[labgrid]\ncoordinator = "${coordinator}"\nclient = "${lab.client}"\n`;
      const desk = 'board = "qemu_virt_aarch64"\nupload.by = "tftp"\nuboot.start = "booti"\n';
      writeFileSync(path, `${labgrid}[tftp]\nroot = "${served}"\n[board.desk]\n${desk}${lines}`);
      return path;
    },
    async close() {
      await lab.close();
      await server.stop();
      await board.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One lab for all tests: its programs take seconds to start. */
let desk: ReturnType<typeof openDesk> | undefined;
async function withLab(body: (desk: Desk) => Promise<void>): Promise<void> {
  desk ??= openDesk();
  await body(await desk);
}

/** Starts `doctor --lab` and resolves when the place is taken. */
async function started(lab: Labgrid, file: string) {
  const child = spawn(process.execPath, [cli, 'doctor', '--lab', file], { stdio: 'ignore' });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  while (lab.taken().length === 0 && child.exitCode === null) await sleep(100);
  assert.match(lab.taken().join(), /desk/);
  return { child, ended };
}

const free = async (lab: Labgrid) => {
  while (lab.taken().length > 0) await sleep(100);
};

test(
  'port and power come from the place, by its name or its tags, and the place is given back',
  () =>
    withLab(async ({ lab, file }) => {
      for (const place of ['desk', 'any:board=virtual']) {
        const { code, out, err } = await harness(['doctor', '--lab', file(`labgrid = "${place}"\n`)]);
        assert.is(code, 0, out + err);
        assert.match(out, /power by labgrid place desk[\s\S]*32 KiB by TFTP/);
        assert.equal(lab.taken(), []);
      }
      assert.is(lab.run('reservations'), '');
    }),
  { limit, skip },
);

test(
  'the place is given back after Ctrl-C, and after a kill that nobody can catch',
  () =>
    withLab(async ({ lab, file }) => {
      for (const signal of ['SIGINT', 'SIGKILL'] as const) {
        const { child, ended } = await started(lab, file('labgrid = "desk"\n'));
        child.kill(signal);
        assert.is(await ended, signal === 'SIGINT' ? 130 : null);
        await free(lab);
      }
    }),
  { limit, skip },
);

test(
  'of two runs that want one place the second is refused at once, or waits as long as the lab file says',
  () =>
    withLab(async ({ lab, file }) => {
      const first = await started(lab, file('labgrid = "desk"\n'));
      const refused = await harness(['doctor', '--lab', file('labgrid = "desk"\n')]);
      assert.is(refused.code, 3);
      assert.match(refused.out + refused.err, /the place is taken/);
      const waited = await harness(['doctor', '--lab', file('labgrid = "desk"\nlabgrid_wait = 120\n')]);
      assert.is(waited.code, 0, waited.out + waited.err);
      assert.is(await first.ended, 0);
      assert.equal(lab.taken(), []);
    }),
  { limit, skip },
);

test(
  'a place that does not exist, one without a port, and a coordinator that is away are told apart',
  () =>
    withLab(async ({ lab, file }) => {
      lab.run('-p', 'bare', 'create');
      for (const [lines, coordinator, words] of [
        ['labgrid = "nowhere"\n', undefined, /labgrid does not have this place/],
        ['labgrid = "bare"\n', undefined, /the place has no serial port/],
        ['labgrid = "desk"\n', '127.0.0.1:1', /the labgrid coordinator cannot be reached/],
      ] as const) {
        const { code, out, err } = await harness(['doctor', '--lab', file(lines, coordinator)]);
        assert.is(code, 3);
        assert.match(out + err, words);
      }
      assert.equal(lab.taken(), []);
    }),
  { limit, skip },
);

test('the lab is closed', async () => (await desk)?.close(), { skip });

run();
