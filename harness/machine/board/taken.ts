// SPDX-License-Identifier: BSD-2-Clause
import { HarnessError } from '../../base/error.js';

/** Somebody else has the board: its port, or its place in a labgrid lab. It may become free later. */
export class TakenError extends HarnessError {
  constructor(what: string, detail: HarnessError['detail']) {
    super('infrastructure', what, detail);
  }
}
