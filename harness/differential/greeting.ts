// SPDX-License-Identifier: BSD-2-Clause
/** The greeting of the guest, which describes the machine it runs on. */
import { HarnessError } from '../base/error.js';
import { protocolHash } from './header.js';

export interface Greeting {
  gic: number;
  cpus: number;
  psci: 'none' | 'smc' | 'hvc';
  midr: bigint;
  ram: { base: bigint; size: bigint };
}

const conduits = ['none', 'smc', 'hvc'] as const;

/** Throws HarnessError (infrastructure) when the guest was built from another protocol. */
export function readGreeting(payload: Uint8Array): Greeting {
  let at = 0;
  const number = () => {
    let value = 0n;
    for (let shift = 0n; at < payload.length; shift += 7n) {
      const byte = payload[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) break;
    }
    return value;
  };
  const hash = Number(number());
  if (hash !== protocolHash()) {
    throw new HarnessError('infrastructure', 'the guest does not match the version of this harness', {
      expected: `protocol ${protocolHash().toString(16)}`,
      got: `protocol ${hash.toString(16)}`,
      wayOut: 'build the guest again: vmm-harness guest --differential --out DIR',
    });
  }
  const gic = Number(number());
  const cpus = Number(number());
  const psci = conduits[Number(number())] ?? 'none';
  return { gic, cpus, psci, midr: number(), ram: { base: number(), size: number() } };
}
