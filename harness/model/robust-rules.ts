// SPDX-License-Identifier: BSD-2-Clause
/** Rules that hold for every step. The engine that runs the cases judges them, because a dead VMM reports nothing. */
import { api, defineRules } from './rule.js';

export const robustRules = defineRules('robust', {
  alive: {
    says: 'The VMM neither dies nor hangs, whatever the guest does and whatever arguments its API is called with.',
    from: [api('libvmm.1')],
    choice: 'A guest is hostile, and every API call has a result.',
  },
  memory: {
    says: 'The VMM accesses no memory except its own data and guest RAM, and has no undefined behaviour as defined by C.',
    needs: 'memory',
    from: [{ document: 'ISO C11', section: '3.4.3' }],
    choice: 'Judged on the host tier, by AddressSanitizer and UndefinedBehaviorSanitizer.',
  },
});
