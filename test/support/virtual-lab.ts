// SPDX-License-Identifier: BSD-2-Clause
/** One virtual board on a line with faults, as a lab's target. */
import { readdirSync, readFileSync } from 'node:fs';
import type { ProgressEvent } from '../../harness/base/progress.js';
import { readLab } from '../../harness/machine/board/lab/lab.js';
import { labTarget } from '../../harness/machine/board/target.js';
import type { UBootLimits } from '../../harness/machine/board/uboot/settings.js';
import type { Machine } from '../../harness/machine/machine.js';
import type { VirtualBoard } from '../../harness/machine/virtual/virtual-board.js';
import { FaultLine } from './fault-line.js';
import { inFolder } from './folder.js';

export interface Desk {
  line: FaultLine;
  /** All messages. */
  notes: string[];
  folder: string;
  lockFolder: string;
  /** Called with every progress event. */
  onProgress: (event: ProgressEvent) => void;
  /** Unplugs the network cable, or plugs it in. */
  setLink(up: boolean): Promise<void>;
  /** Switches the board off and on behind the harness's back. */
  cyclePower(): Promise<void>;
  start(image: string, signal?: AbortSignal, binary?: boolean): Promise<Machine>;
}

/** Lines of the board's table in the lab file, and limits that a lab file cannot set. */
export interface Given {
  toml?: string;
  limits?: Partial<UBootLimits>;
  /** The folder that QEMU's TFTP server serves instead of the upload. */
  tftpRoot?: string;
}

export const boardName = 'qemu_virt_aarch64';

export function withBoard(
  { toml = '', limits = {}, tftpRoot }: Given,
  body: (desk: Desk) => Promise<void>,
): Promise<void> {
  return inFolder({ 'locks/.keep': '', 'run/.keep': '' }, async (root) => {
    const entry = readLab(`[board.${boardName}]\nvirtual = true\n${toml}\n`, 'lab.toml').get(boardName);
    if (!entry) throw new Error('the lab has no board');
    const machines: Machine[] = [];
    const line = new FaultLine();
    let board: VirtualBoard | undefined;
    const onReady = (virtual: VirtualBoard) => {
      board = virtual;
    };
    const desk: Desk = {
      line,
      notes: [],
      folder: `${root}/run`,
      lockFolder: `${root}/locks`,
      onProgress: () => {},
      setLink: async (up) => board?.setLink(up),
      cyclePower: async () => board?.power.cycle(new AbortController().signal),
      async start(image, signal, binary = false) {
        const progress = (event: ProgressEvent) => {
          if (event.kind === 'note') desk.notes.push(event.text);
          desk.onProgress(event);
        };
        const uboot = { ...entry.uboot, limits: { ...entry.uboot.limits, ...limits } };
        const target = labTarget(
          { ...entry, uboot },
          {
            progress,
            command: 'a test',
            virtual: { joint: line.joint, onReady, ...(tftpRoot !== undefined && { tftpRoot }) },
            lockFolder: desk.lockFolder,
          },
        );
        const machine = await target.start(image, { folder: desk.folder, binary, ...(signal && { signal }) });
        machines.push(machine);
        return machine;
      },
    };
    try {
      await body(desk);
    } finally {
      for (const machine of machines) await machine.powerOff();
    }
  });
}

/** Names of this process's children that have not ended. */
export function children(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const [, name = '', state = '', parent = ''] =
          /^\d+ \((.*)\) (\S) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
        return Number(parent) === process.pid && state !== 'Z' ? [name] : [];
      } catch {
        return [];
      }
    });
}
