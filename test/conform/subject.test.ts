// SPDX-License-Identifier: BSD-2-Clause
/** Other libraries, as archives: one that is restored between cases, and some that cannot be linked. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { boards } from '../../boards/index.js';
import { packageRoot } from '../../harness/base/paths.js';
import { noProgress } from '../../harness/base/progress.js';
import { buildAgent } from '../../harness/conform/agent-build.js';
import { Engine } from '../../harness/conform/engine.js';
import { buildHostTier, HostTier } from '../../harness/conform/host-tier.js';
import { greetingFlags } from '../../harness/conform/link/greeting.js';
import { findSdk } from '../../harness/microkit/find.js';
import { allRules, defaultConfig } from '../../harness/model/index.js';
import { subjectOf } from '../../harness/subject/library.js';
import { inFolder } from '../support/folder.js';
import { refusal } from '../support/refusal.js';
import { run, test } from '../support/test.js';

const limit = 120_000;
const other = join(packageRoot, 'test', 'conform', 'fixtures', 'other');
const board = boards.get('qemu_virt_aarch64');
if (board === undefined) throw new Error('the board is gone');
const sdk = await findSdk({ wanted: 'minikit', progress: noProgress });
const targetHeaders = ['-isystem', join(sdk.dir, 'board', board.name, 'release', 'include')];
const hostHeaders = [
  ...[`-I${join(packageRoot, 'sel4-vmm-c', 'conform', 'host', 'include')}`, '-isystem'],
  join(packageRoot, 'minikit', 'libmicrokit', 'include'),
];

/** Builds the fixture in `folder`, like its own build. Returns its archive. */
function archive(folder: string, compiler: string, ...flags: string[]): string {
  const [object, library] = [join(folder, 'other.o'), join(folder, 'libother.a')];
  const own = ['-std=gnu11', '-fno-pic', '-fno-pie', '-ffreestanding', `-I${join(other, 'include')}`];
  execFileSync(compiler, [...own, ...flags, '-c', join(other, 'other.c'), '-o', object]);
  execFileSync('ar', ['rcs', library, object]);
  return library;
}

const words = { api: '0.1', include: join(other, 'include') };

test(
  'a library without a reset call is restored between cases',
  () =>
    inFolder({}, async (folder) => {
      const subject = subjectOf({ ...words, hostLib: archive(folder, 'gcc', ...hostHeaders) });
      const directory = join(folder, 'build');
      const tier = await HostTier.start(await buildHostTier({ flavour: 'checked', subject, directory }));
      try {
        assert.ok(tier.session.greeting.flags & greetingFlags.resets);
        const engine = new Engine(tier, defaultConfig);
        const once = { vcpus: 1, page: false, steps: [{ op: 'init', cpu: 0 } as const] };
        const twice = { ...once, steps: [...once.steps, ...once.steps] };
        const verdicts = await engine.run([once, twice, once]);
        const broken = verdicts.map(({ failure }) => failure?.broken.rule.id);
        assert.equal(broken, [undefined, 'api.initAgain', undefined]);
        const initOk = allRules.find(({ id }) => id === 'api.initOk');
        assert.is(engine.ledger.held[initOk?.index ?? -1], 3);
      } finally {
        await tier.stop();
      }
    }),
  { limit },
);

test(
  "an archive that lacks a call, or is for another machine, is refused with the linker's message and the expectation",
  () =>
    inFolder({}, async (folder) => {
      const build = (lib: string) =>
        buildAgent({
          board,
          sdk,
          config: 'release',
          directory: join(folder, 'build'),
          subject: subjectOf({ ...words, lib }),
        });
      const cross = 'aarch64-linux-gnu-gcc';
      const lacking = await refusal(
        build(archive(folder, cross, ...targetHeaders, '-mgeneral-regs-only', '-DWITHOUT_INJECT')),
      );
      assert.is(lacking.fault, 'product');
      assert.match(
        lacking.explain(),
        /cannot be made with this library.*expected: an archive for qemu_virt_aarch64 \(minikit, release\).*virq_inject/s,
      );
      const foreign = await refusal(build(archive(folder, 'gcc', ...hostHeaders)));
      assert.match(foreign.explain(), /expected: an archive for qemu_virt_aarch64.*libother\.a/s);
    }),
  { limit },
);

run();
