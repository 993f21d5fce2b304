// SPDX-License-Identifier: BSD-2-Clause
/** A temporary change of the baud rate. Both ends change it, one after the other. */
import { HarnessError } from '../../../base/error.js';
import type { UBoot } from './uboot.js';

/** The port's side. */
export interface Rate {
  setBaud(baud: number): Promise<void>;
}

/**
 * U-Boot changes its rate when `baudrate` is set, and waits for Enter at the new rate (common/console.c, on_baudrate).
 * Rejects with HarnessError (infrastructure) when its build does not support the rate.
 */
export async function changeBaud(uboot: UBoot, rate: Rate, baud: number): Promise<void> {
  await uboot.type(`setenv baudrate ${baud}`);
  const { text } = await uboot.enter(/press ENTER|not supported/, {
    what: `U-Boot's change to ${baud} baud`,
    limit: 5_000,
  });
  if (text === 'not supported') {
    throw new HarnessError('infrastructure', `U-Boot does not support ${baud} baud`, {
      ...uboot.position(),
      wayOut: 'set `upload.baud` in the lab file to a rate in its table (CONFIG_SYS_BAUDRATE_TABLE)',
    });
  }
  await rate.setBaud(baud);
  await uboot.press('\r');
  if (await uboot.comesBack()) return;
  throw new HarnessError('infrastructure', `U-Boot does not answer at ${baud} baud`, uboot.position());
}
