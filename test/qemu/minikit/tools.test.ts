// SPDX-License-Identifier: BSD-2-Clause
/**
 * The vocabulary of Microkit 2.1 to 2.3: descriptions that the real tool and minikit's both accept or both refuse, and those
 * that minikit alone refuses, by name. Needs a Microkit SDK 2.3.0 (MICROKIT_SDK).
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import { noProgress } from '../../../harness/base/progress.js';
import { findSdk } from '../../../harness/microkit/find.js';
import { type Sdk, toolOf } from '../../../harness/microkit/sdk.js';
import { unsupportedFeatures } from '../../../minikit/tool/unsupported.js';
import { inFolder } from '../../support/folder.js';
import { run, test } from '../../support/test.js';

const { MICROKIT_SDK } = process.env;
const real = MICROKIT_SDK === undefined ? undefined : await findSdk({ progress: noProgress });
const skip =
  real === undefined
    ? 'no Microkit SDK here (MICROKIT_SDK)'
    : real.version.startsWith('2.3.')
      ? undefined
      : `${real.name} is not of 2.3`;
const board = 'qemu_virt_aarch64';
const config = 'debug';

const source = `#include <stdint.h>
#include <microkit.h>
uintptr_t address;
seL4_Word id, size;
void init(void) { address += id + size; }
void notified(microkit_channel channel) { (void)channel; }
seL4_Bool fault(microkit_child child, microkit_msginfo info, microkit_msginfo *reply)
{ (void)child, (void)info, (void)reply; return seL4_False; }
microkit_msginfo protected(microkit_channel channel, microkit_msginfo info) { (void)channel; return info; }
`;

/** The program for an SDK, in a folder of its own. */
function compile(sdk: Sdk, folder: string): string {
  mkdirSync(folder);
  writeFileSync(join(folder, 'pd.c'), source);
  const files = join(sdk.dir, 'board', board, config);
  const flags = ['-O2', '-ffreestanding', '-nostdlib', '-static', '-fno-stack-protector', '-mcpu=cortex-a53'];
  execFileSync('aarch64-linux-gnu-gcc', [
    ...flags,
    ...[`-I${join(files, 'include')}`, `-L${join(files, 'lib')}`, '-T', 'microkit.ld', '-Wl,--build-id=none'],
    ...[join(folder, 'pd.c'), '-lmicrokit', '-o', join(folder, 'pd.elf')],
  ]);
  return folder;
}

/** Whether the tool accepts a description with the programs of a folder, and what it prints. */
function ask(sdk: Sdk, programs: string, system: string) {
  const image = join(programs, 'out.img');
  const paths = ['--search-path', programs, '--search-path', dirname(programs)];
  const args = [system, ...paths, '--board', board, '--config', config, '-o', image];
  const env = { ...process.env, MICROKIT_SDK: sdk.dir };
  const { status, stdout, stderr } = spawnSync(toolOf(sdk.dir), [...args, '-r', `${image}.txt`], {
    encoding: 'utf8',
    env,
  });
  return { accepted: status === 0, output: `${stdout}${stderr}` };
}

const image = '<program_image path="pd.elf"/>';
const pd = (inside = '', attributes = '', name = 'a', program = image) =>
  `<protection_domain name="${name}" ${attributes}>${program}${inside}</protection_domain>`;
const vm = (attributes: string, vcpu: string) =>
  pd(`<virtual_machine name="v" ${attributes}><vcpu id="0" ${vcpu}/></virtual_machine>`);
const region = (attributes: string, map = '') =>
  `<memory_region name="r" ${attributes}/>${pd(`<map mr="r" vaddr="0x2000000" perms="r" ${map}/>`)}`;

const accepted: Readonly<Record<string, string>> = {
  'cpu="0"': pd('', 'cpu="0"'),
  'fpu="false"': pd('', 'fpu="false"'),
  'smc="true"': pd('', 'smc="true"'),
  'budget and period': pd('', 'budget="1000" period="2000"'),
  'the id of an interrupt': pd('<irq irq="40" id="3" setvar_id="id"/>'),
  'the id of a child': pd(pd('', 'id="1" setvar_id="id"', 'c'), 'priority="9"'),
  'the id of a channel': `${pd()}${pd('', '', 'b')}<channel><end pd="a" id="1" setvar_id="id"/><end pd="b" id="2"/></channel>`,
  'a region with the contents of a file': region('prefill_path="data.txt"', 'setvar_prefill_size="size"'),
  'symbols from another file': pd('', '', 'a', '<program_image path="pd.elf" path_for_symbols="pd.elf"/>'),
  'a virtual machine with a budget': vm('budget="1000000" period="1000000"', 'cpu="0"'),
  'the id of a vCPU': vm('', 'setvar_id="id"'),
};
const refused: Readonly<Record<string, string>> = {
  'a core that does not exist': pd('', 'cpu="1"'),
  'a vCPU on a core that does not exist': vm('', 'cpu="1"'),
  'a file that does not exist': region('size="0x1000" prefill_path="absent.txt"'),
  'a file that is larger than its region': region('size="0x1000" prefill_path="large.txt"'),
  'symbols from a file that does not exist': pd(
    '',
    '',
    'a',
    '<program_image path="pd.elf" path_for_symbols="no.elf"/>',
  ),
  'an unknown attribute': pd('', 'colour="red"'),
  'an I/O port': pd('<ioport id="1" addr="0x3f8" size="8"/>'),
};
const schedule = '<domain_schedule><schedule_entry domain="d" duration="5 ticks"/></domain_schedule>';
const minikitRefuses: Readonly<Record<string, string>> = {
  '<domains>': `<domains><domain name="d"/>${schedule}</domains>${pd('', 'domain="d"')}`,
  '<cspace>': pd('<cspace><cap_tcb slot="1" pd="a"/></cspace>'),
  'prefill_bootinfo=': region('size="0x1000" prefill_bootinfo="fdt"'),
};

test(
  'the real tool of 2.3 and minikit accept and refuse the same descriptions, besides those that minikit refuses by name',
  () =>
    inFolder({ 'data.txt': 'twelve bytes', 'large.txt': 'x'.repeat(5_000) }, async (folder) => {
      if (real === undefined) throw new Error('no SDK');
      const mini = await findSdk({ wanted: 'minikit', microkit: '2.3', progress: noProgress });
      const programs = {
        real: compile(real, join(folder, 'real')),
        mini: compile(mini, join(folder, 'mini')),
      };
      const file = (text: string) => {
        const path = join(folder, 'a.system');
        writeFileSync(path, `<system>${text}</system>\n`);
        return path;
      };
      const both = (text: string) => {
        const system = file(text);
        return { real: ask(real, programs.real, system), mini: ask(mini, programs.mini, system) };
      };
      for (const [expected, systems] of [[true, accepted] as const, [false, refused] as const])
        for (const [what, text] of Object.entries(systems)) {
          const answers = both(text);
          assert.is(answers.real.accepted, expected, `Microkit, ${what}: ${answers.real.output}`);
          assert.is(answers.mini.accepted, expected, `minikit, ${what}: ${answers.mini.output}`);
        }
      for (const [word, text] of Object.entries(minikitRefuses)) {
        const answers = both(text);
        assert.is(answers.real.accepted, true, `Microkit, ${word}: ${answers.real.output}`);
        const reason = unsupportedFeatures.find((feature) => feature.word === word)?.reason;
        assert.ok(answers.mini.output.includes(`${word}: ${reason}`), answers.mini.output);
      }
    }),
  { limit: 120_000, skip },
);

test(
  "the real tool takes a program that is linked with minikit's libmicrokit, whose symbols it requires",
  () =>
    inFolder({ 'a.system': `<system>${pd()}</system>` }, async (folder) => {
      if (real === undefined) throw new Error('no SDK');
      const mini = await findSdk({ wanted: 'minikit', microkit: '2.3', progress: noProgress });
      const programs = compile(mini, join(folder, 'mini'));
      const system = join(folder, 'a.system');
      assert.ok(ask(real, programs, system).accepted);
      const elf = join(programs, 'pd.elf');
      execFileSync('aarch64-linux-gnu-objcopy', ['--strip-symbol=microkit_ioports', elf]);
      const answers = [ask(real, programs, system), ask(mini, programs, system)];
      for (const { accepted: taken, output } of answers) {
        assert.is(taken, false);
        assert.match(output, /microkit_ioports/);
      }
    }),
  { limit: 120_000, skip },
);

run();
