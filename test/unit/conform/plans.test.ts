// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { boards } from '../../../boards/index.js';
import { barePlan, type PlanRequest, plansOf } from '../../../harness/conform/plans.js';
import { dialectOf } from '../../../harness/subject/dialects.js';
import type { Subject } from '../../../harness/subject/library.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

/** A request and what it is told; nothing of it is built. */
function request(boardName: string, subject?: Subject): { asked: PlanRequest; notes: string[] } {
  const board = boards.get(boardName);
  if (board === undefined) throw new Error(`no board ${boardName}`);
  const notes: string[] = [];
  const asked: PlanRequest = {
    board,
    config: 'release',
    subject,
    cases: undefined,
    sdk: () => Promise.reject(new Error('not asked for')),
    progress: (event) => {
      if (event.kind === 'note') notes.push(event.text);
    },
    signal: new AbortController().signal,
  };
  return { asked, notes };
}

test('a board that no QEMU has is left to the host tiers, and that is said', async () => {
  const { asked, notes } = request('odroidc4');
  assert.is(plansOf('all', asked).length, 2);
  assert.match(notes.join('\n'), /no qemu tier: board odroidc4 has no QEMU machine/);
  assert.is(barePlan('all', asked), undefined);
  const refused = await refusal(() => plansOf('qemu', asked));
  assert.match(refused.explain(), /the qemu tier is not available.*no QEMU machine/s);
});

test('a board with a GICv3 has a tier in QEMU, and no bare machine', async () => {
  const { asked } = request('imx8mp_evk');
  assert.is(plansOf('all', asked).length, 3);
  assert.is(barePlan('all', asked), undefined);
  assert.match((await refusal(() => barePlan('bare', asked))).explain(), /expected: a board with a GICv2/);
});

test('a library that is there for one side only is looked at on that side', () => {
  const include = ['/nowhere'];
  const target = request('qemu_virt_aarch64', { dialect: dialectOf('0.1'), library: '/x.a', include });
  assert.is(plansOf('all', target.asked).length, 1);
  assert.match(target.notes.join('\n'), /no host tier: .*--host-lib/);
  const host = request('qemu_virt_aarch64', { dialect: dialectOf('0.1'), hostLibrary: '/x.a', include });
  assert.is(plansOf('all', host.asked).length, 1);
  assert.match(host.notes.join('\n'), /no qemu tier: .*--lib/);
  assert.match(host.notes.join('\n'), /no host-gicv3 tier: .*GICv2/);
});

test('with nothing to look at there is no run', async () => {
  const none = request('imx8mp_evk', { dialect: dialectOf('0.1'), library: '/x.a', include: ['/nowhere'] });
  assert.match(
    (await refusal(() => plansOf('all', none.asked))).explain(),
    /no tier is available for the library/,
  );
});

run();
