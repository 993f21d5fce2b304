// SPDX-License-Identifier: BSD-2-Clause
/** Rules that hold whatever is done. They are judged by whoever runs the cases: a VMM that has died says nothing. */
import { api, defineRules } from './rule.js';

export const robustRules = defineRules('robust', {
  alive: {
    says: 'Whatever the guest does, and whatever the VMM is called with, the VMM goes on: it neither dies nor hangs.',
    from: [api('libvmm.1')],
    choice: 'A guest is hostile; the API gives every call a result.',
  },
  memory: {
    says: 'The VMM accesses no memory besides its own data and guest RAM, and does nothing that C leaves undefined.',
    needs: 'memory',
    from: [{ document: 'ISO C11', section: '3.4.3' }],
    choice: 'Seen on the host tier, by AddressSanitizer and UndefinedBehaviorSanitizer.',
  },
});
