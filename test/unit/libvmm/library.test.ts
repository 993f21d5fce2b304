// SPDX-License-Identifier: BSD-2-Clause
/** libvmm.a as a program of its users sees it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { buildRoot, packageRoot } from '../../../harness/base/paths.js';
import { noProgress } from '../../../harness/base/progress.js';
import { buildMinikit, minikitDir } from '../../../harness/microkit/minikit.js';
import { run, test } from '../../support/test.js';

const sources = join(packageRoot, 'sel4-vmm-c');
const include = join(sources, 'libvmm', 'include');
const board = 'qemu_virt_aarch64';
/** Functions that compilers call by themselves. A program can bring its own. */
const weak = ['memcpy', 'memmove', 'memset'];

/** Defined by the program if there is no vmm_config.h. */
const ofProgram = 'vmm_config';

const publicNames = readFileSync(join(sources, 'libvmm', 'public-names'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .sort();

await buildMinikit(noProgress);
const headersOfSdk = join(minikitDir, 'board', board, 'debug', 'include');

/** Builds libvmm.a without a generated vmm_config.h. */
function library(compiler: string): string {
  const folder = join(buildRoot, 'test', `library-${compiler}`);
  const variables = { COMPILER: compiler, MICROKIT_SDK: minikitDir, BOARD: board, BUILD: folder };
  const words = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  execFileSync('make', ['-s', '-C', sources, 'lib', ...words], { stdio: 'pipe' });
  return join(folder, 'libvmm.a');
}

/** Compiles a program. Returns the compiler's messages. */
function compile(name: string, text: string, more: readonly string[] = []): string {
  const folder = join(buildRoot, 'test', 'library-user');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.c`);
  writeFileSync(file, text);
  const warnings = ['-Wall', '-Wextra', '-Werror', '-ffreestanding', '-mstrict-align'];
  const words = [...warnings, '-isystem', headersOfSdk, '-I', include, '-c', file, '-o', `${file}.o`];
  const { stderr } = spawnSync('aarch64-linux-gnu-gcc', [...words, ...more], { encoding: 'utf8' });
  return stderr;
}

/** The names that an archive defines and nm marks with one of `marks`, sorted. */
function defined(archive: string, marks: string, ...options: readonly string[]): string[] {
  const words = [...options, '--defined-only', '--format=posix', archive];
  const table = execFileSync('aarch64-linux-gnu-nm', words, { encoding: 'utf8' });
  const lines = table.split('\n').map((line) => line.split(' '));
  return lines.flatMap(([name = '', mark = '']) => (mark !== '' && marks.includes(mark) ? name : [])).sort();
}

/** Everything that libvmm can change. Its tables, such as those of the GIC's registers, are constant. */
const state = [
  ...['displaced', 'gic', 'gic_frame_index', 'guest', 'kernel_ride', 'passthrough', 'range_count', 'ranges'],
  ...['registers_missed', 'vmm_hooks'],
];

for (const compiler of ['gcc', 'clang']) {
  test(`libvmm.a of ${compiler} defines its public names and no others`, () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
    const marks = letters + letters.toLowerCase();
    const ours = publicNames.filter((name) => name !== ofProgram);
    assert.equal(defined(library(compiler), marks, '-g'), ours);
  });

  test(`libvmm.a of ${compiler} has no variable except its state: its tables are constant`, () => {
    const archive = library(compiler);
    // $d marks data within a section.
    assert.equal(defined(archive, 'bBcCsS'), state);
    assert.equal(defined(archive, 'dDgG'), []);
    const tables = defined(archive, 'rR');
    for (const table of ['banks', 'functions', 'gicv3_rd_base', 'registers', 'system_registers'])
      assert.ok(tables.includes(table), `${table} is not in a section for constants`);
  });
}

test('every public name is declared in a header', () => {
  const headers = readdirSync(include, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.h'))
    .map((name) => readFileSync(join(include, name), 'utf8'))
    .join('\n');
  const undeclared = publicNames.filter((name) => !new RegExp(`\\b${name}\\b`).test(headers));
  assert.equal(undeclared, ['memmove']);
  assert.ok(weak.every((name) => publicNames.includes(name)));
});

test('a program for au-ts/libvmm 0.1.0 compiles with only the headers of libvmm', () => {
  const text = `
#include <stdbool.h>
#include <microkit.h>
#include <libvmm/guest.h>
#include <libvmm/virq.h>
#include <libvmm/util/util.h>
#include <libvmm/tcb.h>
#include <libvmm/vcpu.h>
#include <libvmm/arch/aarch64/linux.h>
#include <libvmm/arch/aarch64/fault.h>

static void ack(size_t vcpu_id, int irq, void *cookie)
{
    (void)cookie;
    LOG_VMM("vCPU %zu took %d\\n", vcpu_id, irq);
}

void init(void)
{
    LOG_VMM("starting \\"%s\\"\\n", microkit_name);
    if (!virq_controller_init(GUEST_VCPU_ID) || !virq_register(GUEST_VCPU_ID, 33, &ack, NULL))
        LOG_VMM_ERR("no interrupts\\n");
    assert(GUEST_NUM_VCPUS == 1);
    guest_start(GUEST_VCPU_ID, 0x40000000, 0, 0);
}

void notified(microkit_channel ch)
{
    printf("channel 0x%x\\n", ch);
}

seL4_Bool fault(microkit_child child, microkit_msginfo info, microkit_msginfo *reply)
{
    if (!fault_handle(child, info)) {
        LOG_VMM_ERR("%s fault\\n", fault_to_string(microkit_msginfo_get_label(info)));
        tcb_print_regs(child);
        vcpu_print_regs(child);
    }
    *reply = microkit_msginfo_new(0, 0);
    return true;
}
`;
  assert.is(compile('program', text), '');
  assert.is(compile('debug', text, ['-DCONFIG_DEBUG_BUILD']), '');
});

test('the compiler checks the arguments of a log line', () => {
  const messages = compile('wrong', '#include <libvmm/util/util.h>\nvoid f(long n) { LOG_VMM("%d", n); }');
  assert.match(messages, /format '%d' expects argument|format .%d. expects argument/);
});

run();
