// SPDX-License-Identifier: BSD-2-Clause
/** A Linux guest whose device tree has PSCI by HVC: it boots with both CPUs, reboots and powers off. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { inFolder } from '../support/folder.js';
import { harness } from '../support/harness.js';
import { run, test } from '../support/test.js';

const limit = 240_000;
const { MICROKIT_SDK } = process.env;
const sdk = MICROKIT_SDK || 'minikit';

test(
  'a Linux guest with PSCI by HVC passes every check, and its device tree gets a warning',
  () =>
    inFolder({}, async (folder) => {
      const made = await harness(['guest', '--vcpus', '2', '--out', folder]);
      assert.is(made.code, 0, made.err);
      const source = readFileSync(join(folder, 'guest.dts'), 'utf8');
      assert.match(source, 'method = "smc"');
      const dts = join(folder, 'hvc.dts');
      const dtb = join(folder, 'hvc.dtb');
      writeFileSync(dts, source.replace('method = "smc"', 'method = "hvc"'));
      execFileSync('dtc', ['-I', 'dts', '-O', 'dtb', '-o', dtb, dts]);
      const words = ['--vcpus', '2', '--sdk', sdk, '--dtb', dtb, '--runs', join(folder, 'runs')];
      const { code, out, err } = await harness(['run', ...words]);
      assert.is(code, 0, out + err);
      assert.match(out + err, /asks for PSCI by HVC/);
    }),
  { limit },
);

run();
