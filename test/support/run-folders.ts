// SPDX-License-Identifier: BSD-2-Clause
/** Small made-up run folders, as `run` and `conform` leave them. */
import type { Files } from './folder.js';

const file = { path: 'loader.img', sha256: 'ab'.repeat(32), size: 28_500_000 };

/** A verdict; `change` overrides its fields. */
export const storedVerdict = (change: Record<string, unknown> = {}) => ({
  outcome: 'pass',
  board: 'qemu_virt_aarch64',
  sdk: { name: 'minikit', version: '2.0.1', dir: '/sdk' },
  config: 'debug',
  vcpus: 1,
  target: 'qemu',
  started: '2026-11-26T20:57:47.176Z',
  ms: 9734,
  results: [
    { name: 'boot to the prompt', outcome: 'pass', expected: 'VMM', got: '2.4 s', ms: 2400 },
    { name: 'CPU count', outcome: 'pass', expected: 'CPUs 0', got: 'CPUs 0', where: 'console.log:3', ms: 17 },
  ],
  image: file,
  inputs: { kernel: file },
  facts: { QEMU: '7.2.22' },
  repeat: './vmm-harness run',
  ...change,
});

export const failedResult = {
  name: 'CPU count',
  outcome: 'fail',
  expected: 'CPUs 0-1 online',
  got: 'CPUs 0 online',
  where: 'console.log:3',
  ms: 17,
};

/** Output that a hostile guest may print. */
export const hostileLines = [
  'plain',
  '\u001b[1;31mbold red\u001b[0m plain again',
  '</script><script>document.title = "owned"</script><img src=x onerror="document.title=1">',
  'clipboard \u001b]52;c;aGk=\u0007 and \u202eturned around',
];

export const runFolder = (verdict: unknown, lines: readonly string[] = hostileLines): Files => ({
  'verdict.json': JSON.stringify(verdict),
  'console.timed.log': `# seconds since 2026-11-26T20:57:47.178Z\n${lines
    .map((line, index) => `[${index.toFixed(3).padStart(9)}] ${line}\n`)
    .join('')}`,
});

const tier = (tierName: string, states: readonly string[]) => ({
  tier: tierName,
  on: '',
  cases: 10,
  steps: 100,
  ms: 50,
  rules: states.map((state, index) => ({
    id: `gicd.rule${index}`,
    says: 'It holds.',
    state,
    held: 3,
    broken: 0,
  })),
});

export const conformReport = (change: Record<string, unknown> = {}) => ({
  outcome: 'fail',
  subject: 'libvmm',
  api: 'spec',
  seed: 3,
  started: '2026-11-26T20:57:47.176Z',
  ms: 12_000,
  tiers: [tier('host', ['held', 'broken']), tier('qemu', ['held', 'held'])],
  rules: tier('', ['held', 'broken']).rules,
  findings: [
    {
      rule: 'gicd.rule1',
      says: 'It holds.',
      tier: 'host',
      expected: 'false',
      got: 'true',
      witnesses: [
        { who: 'model', said: 'false' },
        { who: 'host', said: 'true' },
      ],
      trace: [
        '2 vCPUs',
        'virq_controller_init(0) -> true',
        'guest, vCPU 1: str w2, [x1] at GICD_CTLR with 0x1 -> list register 2 of vCPU 1 = INTID 33, priority 0',
      ],
      origin: 'seed 3',
      file: 'cases/case-1.json',
      repeat: './vmm-harness conform --replay cases/case-1.json',
    },
  ],
  questions: [],
  repeat: './vmm-harness conform --seed 3',
  ...change,
});

export const conformFolder = (report: unknown): Files => ({ 'report.json': JSON.stringify(report) });

/** Moves the files of a folder into a subfolder. */
export const below = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
