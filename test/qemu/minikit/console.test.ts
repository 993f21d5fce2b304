// SPDX-License-Identifier: BSD-2-Clause
/** What the kernel itself says, and when it says nothing. */
import * as assert from 'uvu/assert';
import { run, test } from '../../support/test.js';
import { consoleOf, limit, sdkUnderTest } from './support.js';

const onMinikit = (await sdkUnderTest()).provider === 'minikit';
const skip = onMinikit ? undefined : "seL4's monitor has a report of its own";

test(
  'a protection domain without parent that faults is reported with name, kind, address and PC; the rest runs on',
  async () => {
    const lines = await consoleOf('reports');
    const reports = lines.filter((line) => line.startsWith('minikit|ERROR: '));
    const address = (value: string) => `0x${value.padStart(16, '0')}`;
    assert.is(reports.length, 2);
    assert.match(reports[0] ?? '', /protection domain 'writer' stopped: write fault at address/);
    assert.ok(reports[0]?.includes(`address ${address('12345678')}, pc 0x00000000002`), reports[0]);
    assert.match(reports[1] ?? '', /protection domain 'caller' stopped: write fault at address/);
    assert.ok(reports[1]?.includes(`address ${address('2')}, pc 0x00000000002`), reports[1]);
    assert.ok(lines.includes('survivor: runs 1'));
    assert.not.ok(lines.includes('writer: runs again'));
  },
  { limit, skip },
);

test(
  'a release kernel prints nothing and knows no debugging calls',
  async () => {
    const lines = (await consoleOf('release', 'release')).filter((line) => !line.startsWith('LDR|'));
    const theirs = ['parent: runs', 'parent: DebugPutChar is unknown', 'finished'];
    assert.equal(lines.filter((line) => line.trim() !== '').slice(-theirs.length), theirs);
    if (onMinikit) assert.equal(lines, [...theirs, '']);
  },
  { limit },
);

test(
  "the first line says what minikit is, and isn't",
  async () => {
    const [first] = await consoleOf('reports');
    assert.is(
      first,
      'minikit|INFO: minikit on qemu_virt_aarch64: it is not seL4 and makes no security claim',
    );
  },
  { limit, skip },
);

run();
