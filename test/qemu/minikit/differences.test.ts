// SPDX-License-Identifier: BSD-2-Clause
/**
 * The known differences between minikit and seL4 (minikit/README.md), each with the output of both. Any other
 * difference that is found belongs there and here.
 */
import * as assert from 'uvu/assert';
import { knownVersion, microkitFacts } from '../../../harness/microkit/versions.js';
import { run, test } from '../../support/test.js';
import { expectedOf, limit, sdkUnderTest, transcriptOf } from './support.js';

const sdk = await sdkUnderTest();
const version = knownVersion(sdk.version) ?? '2.0.1';
const keepsPar = sdk.provider === 'minikit' || microkitFacts[version].runtime.keepsPar;

test(
  keepsPar
    ? "a guest's PAR_EL1 survives its exits, and no other vCPU sees it"
    : `${sdk.name}: an abort overwrites a guest's PAR_EL1, and every vCPU sees what the last one has left there`,
  async () => {
    const overwritten = ['after an SMC 0x12345000', 'after an abort 0x60000000'];
    const leaked = ['of the other vCPU 0x60000000', 'after the other vCPU 0x60000000'];
    assert.equal(await transcriptOf('par'), keepsPar ? expectedOf('par') : [...overwritten, ...leaked]);
  },
  { limit },
);

run();
