// SPDX-License-Identifier: BSD-2-Clause
/** The parts of a lab that a run uses: a board's port, its power, and a TFTP server from which it can fetch. */
import { makeFolder } from '../../base/disk.js';
import { HarnessError } from '../../base/error.js';
import { startVirtualBoard, type VirtualBoardOptions, virtualNetworkRate } from '../virtual/virtual-board.js';
import type { LabBoard } from './lab/lab-board.js';
import type { LabgridSettings } from './labgrid/client.js';
import { takePlace } from './labgrid/place.js';
import { type LockCommands, takeLock } from './lock.js';
import { commandPower, type Power, personPower } from './power/power.js';
import type { TftpService } from './uboot/tftp.js';
import { startTftpServer, tftpPort } from './uboot/tftp-server.js';

export interface Desk {
  readonly port: string;
  readonly power: Power;
  /** Only if the board's upload uses TFTP. */
  readonly tftp: { service: TftpService; rate: number | undefined } | undefined;
  /** Facts for the report. */
  readonly facts: Readonly<Record<string, string>>;
  diagnose(): Promise<HarnessError | undefined>;
  close(): Promise<void>;
}

export interface DeskOptions {
  /** The folder for files that the board may fetch; created if necessary. */
  folder: string;
  /** Called with the action that somebody at the desk should take. */
  ask: (message: string) => void;
  /** A running TFTP server that all boards of the desk share. */
  tftp?: TftpService | undefined;
  /** Ends the wait for a board that somebody else has. */
  signal: AbortSignal;
  /** For tests: another QEMU, another serial port. */
  virtual?: Partial<VirtualBoardOptions> | undefined;
}

/** Rejects with HarnessError (infrastructure) when QEMU or the TFTP server cannot be started. */
export async function takeDesk(entry: LabBoard, options: DeskOptions): Promise<Desk> {
  makeFolder(options.folder);
  if (entry.virtual) return virtualDesk(entry, options);
  if (entry.lock !== undefined) return lockedDesk(entry, entry.lock, options);
  return entry.labgrid === undefined ? realDesk(entry, options) : labgridDesk(entry, entry.labgrid, options);
}

async function virtualDesk(
  { board, openNetwork }: LabBoard,
  { folder, virtual }: DeskOptions,
): Promise<Desk> {
  const qemu = await startVirtualBoard({ board, tftpRoot: folder, openNetwork, ...virtual });
  return {
    port: qemu.port,
    power: qemu.power,
    facts: qemu.facts,
    // QEMU's own server. The board learns of it from QEMU's DHCP.
    tftp: { service: { root: folder, server: undefined, port: undefined }, rate: virtualNetworkRate },
    diagnose: () => qemu.diagnose(),
    close: () => qemu.close(),
  };
}

async function realDesk(entry: LabBoard, { folder, ask, tftp }: DeskOptions): Promise<Desk> {
  const { name, board, port, power, upload } = entry;
  const env = { BOARD: board.name, PORT: port };
  const shared = tftp && { service: tftp, close: async () => {} };
  const server = upload.by === 'tftp' ? (shared ?? (await realTftp(entry, folder))) : undefined;
  return {
    port,
    power: power.person ? personPower(name, ask, power.wait) : commandPower(name, power, env),
    tftp: server && { service: server.service, rate: undefined },
    facts: { port, ...(server && { TFTP: `${server.service.server ?? 'by DHCP'}, ${server.service.root}` }) },
    diagnose: async () => undefined,
    close: async () => server?.close(),
  };
}

/** A board that the lab's own queue manages. */
async function lockedDesk(entry: LabBoard, commands: LockCommands, options: DeskOptions): Promise<Desk> {
  const lock = await takeLock(entry.name, commands, options.signal);
  try {
    const desk = await realDesk(entry, options);
    return closedWith(desk, lock.release, options);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * The same desk, which also returns what it was taken from. A failure of that is only a note: the run is over by then.
 */
const closedWith = (desk: Desk, release: () => Promise<void>, { ask }: DeskOptions): Desk => ({
  ...desk,
  close: async () => {
    await desk.close();
    await release().catch((error: HarnessError) => ask(error.explain()));
  },
});

/** A board of a labgrid lab. Its place provides the port and power that the lab file does not define. */
async function labgridDesk(entry: LabBoard, settings: LabgridSettings, options: DeskOptions): Promise<Desk> {
  const place = await takePlace(settings, { note: options.ask, signal: options.signal });
  try {
    const port = entry.port || place.port;
    if (port === undefined) {
      throw new HarnessError('infrastructure', 'the place has no serial port', {
        where: `labgrid place ${place.name}`,
        expected: 'a NetworkSerialPort or a USBSerialPort among its resources',
        wayOut: 'export one and add a match for it to the place; or set `port` in the lab file',
      });
    }
    const desk = await realDesk({ ...entry, port }, options);
    const power = hasPower(entry) ? desk.power : place.power;
    const facts = { labgrid: place.name, ...desk.facts };
    return closedWith({ ...desk, power, facts }, place.release, options);
  } catch (error) {
    await place.release();
    throw error;
  }
}

const hasPower = ({ power: { person, cycle, on } }: LabBoard) =>
  person || cycle !== undefined || on !== undefined;

/** The machine's own server, or one that is started for this run and serves only its folder. */
async function realTftp(
  { tftp, where }: LabBoard,
  folder: string,
): Promise<{ service: TftpService; close(): Promise<void> }> {
  const { root, server, listen, port } = tftp;
  if (listen !== undefined) {
    const running = await startTftpServer({ root: folder, address: listen, port: port ?? tftpPort });
    return { service: { root: folder, server: server ?? listen, port }, close: () => running.close() };
  }
  if (root === undefined) throw new HarnessError('harness', 'an upload by TFTP without a server', { where });
  return { service: { root, server, port }, close: async () => {} };
}
