// SPDX-License-Identifier: BSD-2-Clause
/**
 * A board that needs no hardware: QEMU with Debian's U-Boot in its flash, a serial port (a PTY), a power switch (QMP),
 * and a network cable to QEMU's own DHCP and TFTP server. It stays switched off until its power is cycled.
 */
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Board } from '../../../boards/board.js';
import { HarnessError } from '../../base/error.js';
import { temporaryFolder } from '../../base/temporary.js';
import type { Power } from '../board/power/power.js';
import { inOption, qmpFd } from '../qemu/arguments.js';
import { qemuProgram, sandboxOf } from '../qemu/program.js';
import { RunningQemu } from '../qemu/running.js';
import { joinPty, type SerialJoint } from './pty.js';

/** Debian's u-boot-qemu. */
const ubootFile = '/usr/lib/u-boot/qemu_arm64/u-boot.bin';

/** Bytes per second that QEMU's TFTP server sends to U-Boot on a desktop computer. */
export const virtualNetworkRate = 30e6;

export interface VirtualBoardOptions {
  /** The board whose QEMU machine is used. */
  board: Board;
  /** The folder that its TFTP server serves. */
  tftpRoot: string;
  /**
   * Whether its network reaches this machine's network, and the world; by default only its own DHCP and TFTP server.
   */
  openNetwork?: boolean;
  /** Image of a card in its slot. */
  card?: string;
  program?: string;
  uboot?: string;
  /** Makes a serial port of the console's Unix socket; a PTY by default. */
  joint?: (socket: string, port: string) => Promise<SerialJoint>;
  /** Called with the board when it is ready. */
  onReady?: (board: VirtualBoard) => void;
}

export interface VirtualBoard {
  /** The serial port. */
  readonly port: string;
  readonly power: Power;
  /** QEMU's version and command line. */
  readonly facts: Readonly<Record<string, string>>;
  /** Whether the network cable is plugged in. */
  setLink(up: boolean): Promise<void>;
  /** Why the board is silent: QEMU died or hangs; undefined when all looks well. */
  diagnose(): Promise<HarnessError | undefined>;
  close(): Promise<void>;
}

/** U-Boot expects a machine without memory above 4 GiB and without EL3. */
export function virtualBoardArguments(options: VirtualBoardOptions, socket: string): string[] {
  const { board, tftpRoot, card, uboot = ubootFile, openNetwork = false } = options;
  const { qemu } = board;
  const drive = `if=none,id=card,format=raw,readonly=on,file=${inOption(card ?? '')}`;
  if (!qemu?.machine.startsWith('virt')) {
    throw new HarnessError('usage', `${board.name} has no virtual board`, {
      expected: "a board that is QEMU's virt machine: Debian's U-Boot is built for that",
    });
  }
  return [
    ...['-machine', `${qemu.machine},highmem=off,secure=off`, '-cpu', qemu.cpu, '-m', String(qemu.memoryMiB)],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-S', '-bios', uboot],
    ...[
      '-chardev',
      `socket,id=console,path=${inOption(socket)},server=on,wait=off`,
      '-serial',
      'chardev:console',
    ],
    ...['-chardev', `socket,id=qmp,fd=${qmpFd}`, '-mon', 'chardev=qmp,mode=control'],
    ...['-netdev', `user,id=net,restrict=${openNetwork ? 'off' : 'on'},tftp=${inOption(tftpRoot)}`],
    ...['-device', 'virtio-net-device,id=nic,netdev=net'],
    ...(card === undefined ? [] : ['-drive', drive, '-device', 'virtio-blk-device,drive=card']),
  ];
}

/** Starts a virtual board. Rejects with HarnessError (infrastructure) when QEMU or its U-Boot is missing. */
export async function startVirtualBoard(options: VirtualBoardOptions): Promise<VirtualBoard> {
  const { program = qemuProgram, uboot = ubootFile, joint = joinPty } = options;
  await access(uboot).catch((cause: Error) => {
    throw new HarnessError('infrastructure', 'the U-Boot of the virtual board is missing', {
      where: uboot,
      got: cause.message,
      wayOut: 'vmm-harness setup lab installs it (Debian: u-boot-qemu)',
    });
  });
  const folder = await temporaryFolder('virtual-board');
  const socket = join(folder, 'console');
  const args = [...(await sandboxOf({ program })), ...virtualBoardArguments(options, socket)];
  let serial: SerialJoint | undefined;
  const qemu = new RunningQemu({ program }, args, {
    what: 'the virtual board',
    died: (how) => new HarnessError('infrastructure', `${program} died`, { got: how }),
  });
  const close = async () => {
    await qemu.switchOff();
    await serial?.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const version = await qemu.connect();
    serial = await joint(socket, join(folder, options.board.name));
    const virtual: VirtualBoard = {
      port: serial.port,
      power: qmpPower(qemu),
      facts: { QEMU: version, 'virtual board': `${program} ${args.join(' ')}` },
      setLink: async (up) => void (await qemu.execute('set_link', { name: 'net', up })),
      diagnose: () => qemu.diagnose(),
      close,
    };
    options.onReady?.(virtual);
    return virtual;
  } catch (error) {
    await close();
    throw error;
  }
}

/** Off means a paused machine. A cycle begins with a reset, like pulling the plug. */
function qmpPower(qemu: RunningQemu): Power {
  return {
    name: 'QMP',
    patience: 0,
    async cycle() {
      await qemu.execute('stop');
      await qemu.execute('system_reset');
      await qemu.execute('cont');
    },
    off: async () => void (await qemu.execute('stop')),
  };
}
