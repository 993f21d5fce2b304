// SPDX-License-Identifier: BSD-2-Clause
/** Completion as the shells themselves do it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { inFolder } from '../../support/folder.js';
import { harness } from '../../support/harness.js';
import { run, test } from '../../support/test.js';

const script = async (shell: string) => (await harness(['completion', shell])).out;

/** What bash offers for a line, whose last word is being typed. */
async function bash(line: string): Promise<string[]> {
  const words = line.split(' ');
  const ask = `${await script('bash')}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _vmm_harness; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', ask], { encoding: 'utf8' }).trim().split('\n');
}

test('bash completes commands, those of a family, options, and values that are known', async () => {
  assert.equal(await bash('vmm-harness di'), ['differential']);
  assert.equal((await bash('vmm-harness system ')).sort(), ['check', 'draw', 'explain', 'fmt', 'print']);
  assert.equal(await bash('vmm-harness run --vc'), ['--vcpus']);
  assert.equal(await bash('vmm-harness system check --se'), ['--search-path']);
  assert.equal(await bash('vmm-harness run --config smp-r'), ['smp-release']);
  assert.ok((await bash('vmm-harness run --board q')).includes('qemu_virt_aarch64'));
});

test('where a file is wanted, bash completes files', () =>
  inFolder({ 'my.system': '' }, async (folder) => {
    assert.equal(await bash(`vmm-harness system check ${join(folder, 'my')}`), [join(folder, 'my.system')]);
  }));

const missing = (shell: string) =>
  spawnSync(shell, ['--version']).error === undefined ? undefined : `${shell} is not installed here`;

test(
  'zsh takes its script',
  async () =>
    inFolder({ script: await script('zsh') }, (folder) => {
      const ask = `autoload -U compinit; compinit -D -u; source ${folder}/script; whence -w _vmm-harness`;
      const { status, stdout, stderr } = spawnSync('zsh', ['-f', '-c', ask], { encoding: 'utf8' });
      assert.equal([status, stdout, stderr], [0, '_vmm-harness: function\n', '']);
    }),
  { skip: missing('zsh') },
);

test(
  'fish completes commands and options',
  async () =>
    inFolder({ script: await script('fish') }, (folder) => {
      const ask = (line: string) =>
        execFileSync('fish', ['--no-config', '-c', `source ${folder}/script; complete -C '${line}'`], {
          encoding: 'utf8',
        });
      assert.match(ask('vmm-harness di'), /^differential\t/m);
      assert.match(ask('vmm-harness system dr'), /^draw\t/m);
      assert.match(ask('vmm-harness system check --sea'), /^--search-path\t/m);
    }),
  { skip: missing('fish') },
);

test('a shell that is not known is refused', async () => {
  const { code, err } = await harness(['completion', 'csh']);
  assert.is(code, 2);
  assert.match(err, /there is no completion for csh\n {2}expected: one of bash, zsh, fish/);
});

run();
