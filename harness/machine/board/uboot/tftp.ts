// SPDX-License-Identifier: BSD-2-Clause
/** Upload over the network: the file is placed where a TFTP server finds it, and U-Boot fetches it. */
import { constants } from 'node:fs';
import { access, chmod, copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { explainDisk } from '../../../base/disk.js';
import { HarnessError } from '../../../base/error.js';
import { hex } from '../../../base/text.js';
import type { Payload } from './payload.js';
import type { SendOptions, Transfer } from './transfer.js';
import type { UBoot } from './uboot.js';

/** A TFTP server and the folder that it serves. */
export interface TftpService {
  root: string;
  /** Its address as the board sees it; undefined when the board learns it from DHCP. */
  server: string | undefined;
  /** UDP port; undefined for TFTP's default, 69. */
  port: number | undefined;
}

/** How the board gets its own address. */
export type BoardNetwork = 'dhcp' | { ip: string; netmask: string };

export interface TftpOptions {
  service: TftpService;
  network: BoardNetwork;
  /** Bytes per second, for the expected time. */
  rate?: number;
  /** A part of the file's name that no other board uses. */
  name: string;
}

/** 100 Mbit/s Ethernet with U-Boot's 1468-byte blocks, each acknowledged. */
const fastEthernet = 4e6;
const networkLimit = 40_000;
/** U-Boot asks five times within 25 s for the server's address, and then reports that nobody answered. */
const silence = 30_000;
/** U-Boot prints one `#` for every ten blocks of 1468 bytes (net/tftp.c). */
const bytesPerHash = 10 * 1468;
/** The text before the hashes. The name of a device may contain one, `virtio-net#31`. */
const loading = 'Loading:';

/** Counts the hashes after "Loading:", whatever else a board prints, and however much. */
class HashCounter {
  #tail = '';
  #hashes = 0;
  #begun = false;

  /** Takes new output and returns the number of hashes so far. */
  take(text: string): number {
    const all = this.#tail + text;
    const begin = this.#begun ? 0 : all.indexOf(loading);
    this.#tail = this.#begun ? '' : all.slice(-loading.length);
    if (begin < 0) return 0;
    const counted = this.#begun ? text : all.slice(begin);
    this.#begun = true;
    this.#tail = '';
    this.#hashes += counted.split('#').length - 1;
    return this.#hashes;
  }
}

export class Tftp implements Transfer {
  readonly name = 'TFTP';
  readonly needs: readonly string[];
  readonly rate: number;

  readonly #options: TftpOptions;

  constructor(options: TftpOptions) {
    this.#options = options;
    this.rate = options.rate ?? fastEthernet;
    this.needs = [...(options.network === 'dhcp' ? ['dhcp'] : []), 'tftpboot'];
  }

  async prepare(uboot: UBoot): Promise<void> {
    const { network, service } = this.#options;
    // Without these settings U-Boot would fetch a file by itself, and retry for ever.
    await uboot.must('setenv autoload no; setenv netretry no');
    if (network === 'dhcp') await this.#dhcp(uboot);
    else await uboot.must(`setenv ipaddr ${network.ip}; setenv netmask ${network.netmask}`);
    if (service.server !== undefined) await uboot.must(`setenv serverip ${service.server}`);
    if (service.port !== undefined) await uboot.must(`setenv tftpdstp ${service.port}`);
  }

  async send(uboot: UBoot, { path, size }: Payload, address: number, options: SendOptions): Promise<void> {
    const name = `vmm-harness-${this.#options.name}-${process.pid}.img`;
    const file = join(this.#options.service.root, name);
    const counter = new HashCounter();
    const untap = uboot.wire.tap((bytes) => {
      const hashes = counter.take(bytes.toString('latin1'));
      options.onProgress(Math.min(size, hashes * bytesPerHash));
    });
    try {
      await this.#offer(path, file);
      const limit = networkLimit + (10_000 * size) / this.rate;
      const wait = { what: `"tftpboot" of ${size} bytes`, limit, silence };
      const { output, status } = await uboot.run(`tftpboot ${hex(address)} ${name}`, wait);
      const [, sent] = /Bytes transferred = (\d+)/.exec(output) ?? [];
      if (status !== 0 || Number(sent) !== size) throw this.#failed(uboot, output, size);
    } finally {
      untap();
      await rm(file, { force: true });
    }
  }

  async #dhcp(uboot: UBoot): Promise<void> {
    const { output, status } = await uboot.run('dhcp', { limit: networkLimit, silence });
    if (status === 0) return;
    throw new HarnessError('infrastructure', 'the board got no address by DHCP', {
      ...uboot.position(),
      got: output.split('\n').slice(-3).join('\n            '),
      wayOut: "check the board's network cable, or set `ip` and `netmask` under `network` in the lab file",
    });
  }

  /** Places the file where the server looks, readable for all. */
  async #offer(path: string, file: string): Promise<void> {
    const { root } = this.#options.service;
    await access(root, constants.W_OK | constants.X_OK).catch((cause: Error) => {
      throw new HarnessError('infrastructure', 'the TFTP root cannot be used', {
        where: root,
        expected: 'a writable folder that the TFTP server serves',
        got: cause.message,
        wayOut:
          'create it and get permission to write there, or let the harness serve: `listen` under [tftp]',
        cause,
      });
    });
    try {
      await rm(file, { force: true });
      await copyFile(path, file, constants.COPYFILE_FICLONE);
      await chmod(file, 0o644);
    } catch (error) {
      throw explainDisk(error, root, 'set `root` in the lab file to a folder of your own');
    }
  }

  #failed(uboot: UBoot, output: string, size: number): HarnessError {
    const { server, port, root } = this.#options.service;
    const lines = output.split('\n').filter((line) => !/^[\s#T*]*$/.test(line));
    const other = port === undefined ? '' : ', and whether its U-Boot supports tftpdstp (CONFIG_TFTP_PORT)';
    return new HarnessError('infrastructure', 'the TFTP transfer failed', {
      ...uboot.position(),
      expected: `${size} bytes from ${server ?? 'the DHCP server'}`,
      got: lines.slice(-4).join('\n            '),
      wayOut: `check that the server serves ${root} and that no firewall blocks the board${other}`,
    });
  }
}
