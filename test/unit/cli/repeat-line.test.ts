// SPDX-License-Identifier: BSD-2-Clause
import { resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { repeatLine } from '../../../harness/cli/repeat-line.js';
import { run, test } from '../../support/test.js';

const line = (
  options: Record<string, string | true>,
  sdk?: string,
  more?: Record<string, string | undefined>,
) => repeatLine('./vmm-harness', { options, positionals: [] }, sdk, more);

test('every file of a run has an absolute path: the line can be pasted in any folder', () => {
  for (const name of ['kernel', 'initrd', 'dtb', 'runs', 'lab'])
    assert.is(line({ [name]: 'a/b' }), `./vmm-harness run --${name} ${resolve('a/b')}`);
  assert.is(line({ board: 'a/b' }), './vmm-harness run --board a/b');
});

test('the line names the SDK that was found, keeps the requested options and drops --json', () => {
  assert.is(
    line({ json: true, all: true, vcpus: '2' }, '/sdk'),
    './vmm-harness run --all --vcpus 2 --sdk /sdk',
  );
  assert.is(
    line({ all: true, lab: '/l' }, undefined, { all: undefined, board: 'x' }),
    './vmm-harness run --lab /l --board x',
  );
});

test('a word that a shell would split or expand is quoted', () => {
  assert.is(line({ board: "it's $HOME" }), "./vmm-harness run --board 'it'\\''s $HOME'");
});

run();
