// SPDX-License-Identifier: BSD-2-Clause
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { sandboxOf } from '../../../../harness/machine/qemu/program.js';
import { inFolder } from '../../../support/folder.js';
import { run, test } from '../../../support/test.js';

const able = '#!/bin/sh\necho "QEMU emulator version 7.2.0"\n';
const unable = '#!/bin/sh\necho "-sandbox support is not enabled in this QEMU binary" >&2; exit 1\n';

test('QEMU is confined if its build supports that', () =>
  inFolder({ 'able!': able, 'unable!': unable }, async (folder) => {
    const [option, value = ''] = await sandboxOf({ program: join(folder, 'able') });
    assert.is(option, '-sandbox');
    assert.match(value, /^on,.*elevateprivileges=deny,spawn=deny/);
    assert.equal(await sandboxOf({ program: join(folder, 'unable') }), []);
    assert.equal(await sandboxOf({ program: '/no/such/qemu' }), []);
  }));

run();
