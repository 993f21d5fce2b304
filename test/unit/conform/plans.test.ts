// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { boards } from '../../../boards/index.js';
import { barePlans } from '../../../harness/conform/bare-plans.js';
import type { PlanRequest } from '../../../harness/conform/plan-request.js';
import { plansOf } from '../../../harness/conform/plans.js';
import type { Sdk } from '../../../harness/microkit/sdk.js';
import { dialectOf } from '../../../harness/subject/dialects.js';
import type { Subject } from '../../../harness/subject/library.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

/** A request and its notes. Nothing is built. */
function request(boardName?: string, subject?: Subject): { asked: PlanRequest; notes: string[] } {
  const board = boardName === undefined ? undefined : boards.get(boardName);
  if (boardName !== undefined && board === undefined) throw new Error(`no board ${boardName}`);
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

test('for a board without a QEMU machine only the host tiers run, with a note', async () => {
  const { asked, notes } = request('odroidc4');
  assert.is((await plansOf('all', asked)).length, 2);
  assert.match(notes.join('\n'), /no qemu tier: board odroidc4 has no QEMU machine/);
  assert.equal(barePlans('all', asked), []);
  const refused = await refusal(plansOf('qemu', asked));
  assert.match(refused.explain(), /the qemu tier is not available.*no QEMU machine/s);
});

const namesOf = (plans: ReturnType<typeof barePlans>) => plans.map(({ name }) => name);

test('a given board has one tier in QEMU, and the bare machine with its interrupt controller', async () => {
  const three = request('imx8mp_evk').asked;
  assert.is((await plansOf('all', three)).length, 3);
  assert.equal(namesOf(barePlans('all', three)), ['bare-gicv3']);
  const two = request('qemu_virt_aarch64').asked;
  assert.equal(namesOf(barePlans('all', two)), ['bare']);
  assert.equal(namesOf(barePlans('qemu', two)), ['bare']);
  assert.match((await refusal(() => barePlans('bare-gicv3', two))).explain(), /expected: .* with a GICv3/);
  const error = await refusal(plansOf('qemu-gicv3', two));
  assert.match(error.explain(), /the qemu-gicv3 tier is not available.*--board names one machine/s);
});

test('without a board both interrupt controllers are covered, each beside its bare machine', async () => {
  const { asked, notes } = request();
  const other = { name: 'microkit-9', boards: new Map([['imx8mp_evk', ['release']]]) } as unknown as Sdk;
  const plans = await plansOf('all', { ...asked, sdk: async () => other });
  assert.is(plans.length + notes.length, 4);
  assert.equal(namesOf(barePlans('all', asked)), ['bare', 'bare-gicv3']);
  assert.equal(namesOf(barePlans('bare', asked)), ['bare', 'bare-gicv3']);
  assert.equal(namesOf(barePlans('bare-gicv3', asked)), ['bare-gicv3']);
  assert.equal(namesOf(barePlans('qemu-gicv3', asked)), ['bare-gicv3']);
  assert.equal(barePlans('host-gicv3', asked), []);
});

test('an SDK without the second board, or without its configuration, leaves that tier out and says so', async () => {
  const { asked, notes } = request();
  const without = { name: 'microkit-9', boards: new Map([['imx8mp_evk', ['debug']]]) } as unknown as Sdk;
  assert.is((await plansOf('all', { ...asked, sdk: async () => without })).length, 3);
  assert.match(notes.join('\n'), /no qemu-gicv3 tier: (microkit-9 has no imx8mp_evk in release|QEMU 10)/);
});

test('a library that was built for one side only is tested on that side', async () => {
  const include = ['/nowhere'];
  const target = request('qemu_virt_aarch64', { dialect: dialectOf('0.1'), library: '/x.a', include });
  assert.is((await plansOf('all', target.asked)).length, 1);
  assert.match(target.notes.join('\n'), /no host tier: .*--host-lib/);
  const host = request('qemu_virt_aarch64', { dialect: dialectOf('0.1'), hostLibrary: '/x.a', include });
  assert.is((await plansOf('all', host.asked)).length, 1);
  assert.match(host.notes.join('\n'), /no qemu tier: .*--lib/);
  assert.match(host.notes.join('\n'), /no host-gicv3 tier: .*GICv2/);
});

test('the bare machine runs for another library only on request', async () => {
  const include = ['/nowhere'];
  const foreign = { dialect: dialectOf('0.1'), library: '/x.a', include };
  const { asked } = request('qemu_virt_aarch64', foreign);
  assert.equal(barePlans('qemu', asked), []);
  assert.is(barePlans('qemu', { ...asked, bare: true }).length, 1);
  assert.is(barePlans('bare', asked).length, 1);
  assert.is(barePlans('qemu', request('qemu_virt_aarch64').asked).length, 1);
});

test('a library of a dialect that knows both interrupt controllers is taken for a GICv3 when that is said', async () => {
  const foreign = { dialect: dialectOf('0.2'), hostLibrary: '/x.a', include: ['/nowhere'] };
  const { asked, notes } = request('qemu_virt_aarch64', foreign);
  assert.is((await plansOf('all', asked)).length, 1);
  assert.match(notes.join('\n'), /no host-gicv3 tier: another library has one interrupt controller/);
  assert.is((await plansOf('host-gicv3', asked)).length, 1);
  const old = { ...foreign, dialect: dialectOf('0.1') };
  const refused = await refusal(plansOf('host-gicv3', request('qemu_virt_aarch64', old).asked));
  assert.match(refused.explain(), /dialect 0\.1 can only be tested with a GICv2/);
});

test('without a tier there is no run', async () => {
  const none = request('imx8mp_evk', { dialect: dialectOf('0.1'), library: '/x.a', include: ['/nowhere'] });
  assert.match((await refusal(plansOf('all', none.asked))).explain(), /no tier is available for the library/);
});

run();
