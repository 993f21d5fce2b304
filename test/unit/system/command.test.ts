// SPDX-License-Identifier: BSD-2-Clause
/** The commands `system check`, `fmt`, `explain` and `draw`, called as the program calls them. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../../harness/base/paths.js';
import { command } from '../../../harness/cli/commands/system.js';
import { inFolder } from '../../support/folder.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';
import { fixtures } from './context.js';
import { makeElf, program } from './make-elf.js';

type Options = Record<string, string | true>;

/** Runs `system WORD FILES` and returns its exit code and output. */
async function call(word: string, files: string | string[], options: Options = {}) {
  const lines: string[] = [];
  const member = command.members[word];
  if (member === undefined) throw new Error(`there is no system ${word}`);
  const context = {
    print: (text: string) => lines.push(text),
    json: (data: object) => lines.push(JSON.stringify(data)),
    commands: async () => [],
    progress: () => {},
    signal: new AbortController().signal,
    self: 'vmm-harness',
  };
  const code = await member.run({ options, positionals: [files].flat() }, context);
  return { code, out: lines.join('\n') };
}

const fixture = (name: string) => join(fixtures, `${name}.system`);
const good =
  '<system><memory_region name="r" size="0x1000"/><protection_domain name="a"><program_image path="a.elf"/><map mr="r" vaddr="0x2000000" setvar_vaddr="ram_vaddr"/></protection_domain></system>';

test('a description without mistakes gives 0 and lists what was not checked', async () => {
  const { code, out } = await call('check', fixture('guest_with_code'));
  assert.is(code, 0);
  assert.match(
    out,
    /0 mistakes \(Microkit 2\.0\.1\)\n {2}not checked: the board \(--board\), the programs \(--search-path\), the guest's device tree \(--dtb\)/,
  );
});

test('several descriptions are checked, each with its own count; one with mistakes gives 1', async () => {
  const files = [fixture('map_overlap'), fixture('map_adjacent')];
  const { code, out } = await call('check', files);
  assert.is(code, 1);
  assert.match(out, /map_overlap\.system: 1 mistake [\s\S]*map_adjacent\.system: 0 mistakes /);
  const json = JSON.parse((await call('check', files, { json: true })).out).files;
  assert.equal(
    json.map(({ errors }: { errors: number }) => errors),
    [1, 0],
  );
});

test('- is standard input', () => {
  const main = join(packageRoot, 'dist', 'harness', 'cli', 'vmm-harness.cjs');
  const given = (input: string) =>
    spawnSync(process.execPath, [main, 'system', 'check', '-'], { input, encoding: 'utf8' });
  const { status, stdout } = given(good);
  assert.equal([status, /<stdin>: 0 mistakes/.test(stdout)], [0, true]);
  assert.match(given('<system>').stdout, /^<stdin>:1:1: <system> has no end tag/);
});

test('a board of another architecture is reported once, and its numbers are not refused', async () => {
  const { code, out } = await call('check', fixture('irq_15'), { board: 'qemu_virt_riscv64' });
  assert.is(code, 0);
  assert.match(
    out,
    /irq_15\.system:1:1: warning: qemu_virt_riscv64 is RISC-V; this description was read as AArch64/,
  );
  assert.match(out, /0 mistakes, 1 warning /);
  const x86 = await call('check', fixture('domain_of_x86'), { board: 'x86_64_generic' });
  assert.equal([x86.code, x86.out.match(/AArch64/g)?.length], [0, 1]);
  const unknown = await call('check', fixture('irq_15'));
  assert.equal([unknown.code, /5:14: warning: interrupt 15 .* read/.test(unknown.out)], [0, true]);
});

test('a path that is not a regular file is refused without waiting for it', () =>
  inFolder({}, async (folder) => {
    const pipe = join(folder, 'pipe');
    spawnSync('mkfifo', [pipe]);
    assert.is((await refusal(call('check', pipe))).detail.got, 'a FIFO');
    const system =
      '<system><protection_domain name="a"><program_image path="PATH"/></protection_domain></system>';
    for (const [path, kind] of [
      [pipe, 'a FIFO'],
      ['/dev/zero', 'a device'],
      [folder, 'a folder'],
    ] as const) {
      const file = join(folder, 'x.system');
      writeFileSync(file, system.replace('PATH', path));
      const { code, out } = await call('check', file, { 'search-path': folder });
      assert.equal(
        [code, out.includes('the ELF file is not a regular file'), out.includes(kind)],
        [1, true, true],
      );
    }
  }));

test('mistakes give 1, and each is shown with its place', async () => {
  const { code, out } = await call('check', fixture('map_overlap'));
  assert.is(code, 1);
  assert.match(out, /map_overlap\.system:8:21: two maps of protection domain 'a' overlap/);
  assert.match(out, /1 mistake \(Microkit 2\.0\.1\)/);
});

test('warnings without mistakes give 0', async () => {
  const { code, out } = await call('check', fixture('region_unused'));
  assert.is(code, 0);
  assert.match(out, /warning: memory region 'ram' is never mapped[\s\S]*0 mistakes, 1 warning/);
});

test('--json lists every mistake with its check and place', async () => {
  const { code, out } = await call('check', fixture('irq_160'), { json: true, board: 'qemu_virt_aarch64' });
  const [{ mistakes, microkit, left }] = JSON.parse(out).files;
  assert.is(code, 1);
  assert.equal([mistakes[0].check, mistakes[0].place.line, microkit], ['board_interrupt', 5, '2.0.1']);
  assert.equal(left, ['the programs (--search-path)']);
});

test('--microkit reads the vocabulary of another version', async () => {
  assert.is((await call('check', fixture('attribute_of_this_version'))).code, 1);
  assert.is((await call('check', fixture('attribute_of_this_version'), { microkit: '2.1' })).code, 0);
  const error = await refusal(call('check', fixture('irq_159'), { microkit: '1.4' }));
  assert.equal([error.exitCode, error.detail.expected], [2, '2.0.1, 2.1.0, 2.2.0, 2.3.0']);
});

test("--sdk reads it as that SDK's version, and knows what its kernel reserves", () => {
  const board = 'board/qemu_virt_aarch64/debug';
  const files = {
    'bin/microkit': '',
    VERSION: '2.1.0\n',
    [`${board}/platform_gen.json`]: '{ "memory": [], "devices": [{ "start": 0, "end": 4096 }] }',
    [`${board}/include/kernel/gen_config.json`]: '{}',
  };
  return inFolder(files, async (folder) => {
    const taken = await call('check', fixture('attribute_of_this_version'), { sdk: folder });
    assert.match(taken.out, /0 mistakes \(Microkit 2\.1\.0\)/);
    const { code, out } = await call('check', fixture('region_within_40_bits'), { sdk: folder });
    assert.is(code, 1);
    assert.match(out, /covers a frame of the kernel's/);
  });
});

test('with --search-path the programs are checked', () =>
  inFolder({ 'x.system': good }, async (folder) => {
    const file = join(folder, 'x.system');
    const without = await call('check', file, { 'search-path': folder });
    assert.is(without.code, 1);
    assert.match(without.out, /'a\.elf' is missing/);
    writeFileSync(join(folder, 'a.elf'), makeElf(program));
    assert.is((await call('check', file, { 'search-path': `/nowhere:${folder}` })).code, 0);
  }));

const noDtc = spawnSync('dtc', ['--version']).error ? 'dtc is not installed' : undefined;

test(
  "--dtb compares the guest's RAM with its device tree",
  () =>
    inFolder({}, async (folder) => {
      const tree = join(folder, 'linux.dtb');
      const make = (size: string) =>
        spawnSync('dtc', ['-O', 'dtb', '-o', tree, '-'], {
          input: `/dts-v1/; / { #address-cells = <2>; #size-cells = <2>; memory@40000000 { device_type = "memory"; reg = <0 0x40000000 0 ${size}>; }; };`,
        });
      make('0x2000');
      assert.is((await call('check', fixture('guest_with_code'), { dtb: tree })).code, 1);
      assert.is((await call('check', fixture('guest_ram_as_tree'), { dtb: `linux=${tree}` })).code, 0);
      make('0x3000000');
      const { code, out } = await call('check', fixture('guest_ram_as_tree'), { dtb: tree });
      assert.is(code, 1);
      assert.match(out, /declares more RAM than it maps/);
      const error = await refusal(call('check', fixture('guest_ram_as_tree'), { dtb: `windows=${tree}` }));
      assert.is(error.fault, 'usage');
    }),
  { skip: noDtc },
);

test('a file that is missing or not UTF-8 is a usage error', () =>
  inFolder({}, async (folder) => {
    const file = join(folder, 'x.system');
    assert.is((await refusal(call('check', file))).exitCode, 2);
    writeFileSync(file, Buffer.from([0x3c, 0xff]));
    assert.match((await refusal(call('fmt', file))).message, /not UTF-8/);
  }));

test('fmt prints, writes back, or reports that the file is not formatted', () =>
  inFolder({ 'x.system': good }, async (folder) => {
    const file = join(folder, 'x.system');
    const { out } = await call('fmt', file);
    assert.match(out, /^<\?xml [^\n]*\n<system>\n {4}<memory_region name="r" size="0x1_000" \/>\n/);
    assert.is((await call('fmt', file, { check: true })).code, 1);
    assert.is(readFileSync(file, 'utf8'), good);
    await call('fmt', file, { write: true });
    assert.is(readFileSync(file, 'utf8'), out);
    assert.is((await call('fmt', file, { check: true })).code, 0);
  }));

test('explain and draw refuse whatever check refuses', async () => {
  for (const word of ['explain', 'draw'])
    assert.is((await refusal(call(word, fixture('map_overlap')))).exitCode, 1);
});

test('draw prints an SVG, or writes it whole', () =>
  inFolder({}, async (folder) => {
    const { out } = await call('draw', fixture('map_adjacent'));
    assert.match(out, /^<svg [\s\S]*<\/svg>\n$/);
    const file = join(folder, 'x.svg');
    await call('draw', fixture('map_adjacent'), { output: file });
    assert.is(readFileSync(file, 'utf8'), out);
    const error = await refusal(
      call('draw', fixture('map_adjacent'), { output: join(folder, 'no', 'x.svg') }),
    );
    assert.is(error.fault, 'infrastructure');
  }));

run();
