// SPDX-License-Identifier: BSD-2-Clause
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { subjectName, subjectOf } from '../../../harness/subject/library.js';
import { inFolder } from '../../support/folder.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

test('without an archive the subject is our libvmm', () => {
  assert.is(subjectOf({}), undefined);
  assert.is(subjectOf({ api: 'spec' }), undefined);
  assert.is(subjectName(undefined), 'libvmm');
});

test('an archive and its headers make a subject', () =>
  inFolder({ 'other.a': '', 'include/x.h': '' }, (folder) => {
    const subject = subjectOf({ lib: join(folder, 'other.a'), include: join(folder, 'include') });
    assert.is(subject?.library, join(folder, 'other.a'));
    assert.equal(subject?.include, [join(folder, 'include')]);
    assert.is(subject?.hostLibrary, undefined);
    assert.is(subjectName(subject), 'other.a');
  }));

test('an option that is missing or names a missing file is named', () =>
  inFolder({ 'other.a': '', 'include/x.h': '' }, async (folder) => {
    const lib = join(folder, 'other.a');
    const refused = [
      [{ include: folder }, /do not name a library/],
      [{ lib }, /headers are missing/],
      [{ lib: folder, include: folder }, /--lib does not name an archive/],
      [{ lib, include: lib }, /--include does not name a folder/],
      [{ hostLib: `${lib}x`, include: folder }, /--host-lib does not name an archive/],
      [{ api: 'specs', lib, include: folder }, /no API dialect specs.*did you mean --api spec/s],
    ] as const;
    for (const [words, why] of refused) {
      const error = await refusal(() => subjectOf(words));
      assert.is(error.fault, 'usage');
      assert.match(error.explain(), why);
    }
  }));

run();
