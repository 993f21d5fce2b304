// SPDX-License-Identifier: BSD-2-Clause
import { HarnessError } from '../harness/error.js';
import type { Board, GicV2 } from './board.js';

/** The board's GICv2, for what is made for that alone. Throws HarnessError (usage) when it has another. */
export function gicV2Of({ name, gic }: Board, what: string): GicV2 {
  if (gic.version === 2) return gic;
  throw new HarnessError('usage', `${what} is not there for ${name}`, {
    expected: 'a board with a GICv2',
    got: `a GICv${gic.version}`,
    wayOut: 'vmm-harness boards shows which boards have one',
  });
}
