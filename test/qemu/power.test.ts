// SPDX-License-Identifier: BSD-2-Clause
/** CPUs that wait, switch off and come back, and their interrupts: under the VMM and on the bare machine. */
import { testSameAsBare } from '../support/repro.js';
import { run } from '../support/test.js';

testSameAsBare(
  'waiting CPUs and CPUs that switch off look the same to a guest under the VMM as on the bare machine',
  { name: 'power', cpus: 3 },
);

run();
