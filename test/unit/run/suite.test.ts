// SPDX-License-Identifier: BSD-2-Clause
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../../harness/base/paths.js';
import { builtInNames } from '../../../harness/run/checks/built-in.js';
import { bootedState, portsOf } from '../../../harness/run/plan.js';
import { caseName, casesOf } from '../../../harness/run/suite/cases.js';
import { suitePlan } from '../../../harness/run/suite/plan.js';
import { findSuite, readSuite } from '../../../harness/run/suite/read.js';
import { suiteSchema } from '../../../harness/run/suite/suite.js';
import { suiteTemplate } from '../../../harness/run/suite/template.js';
import { readSystem } from '../../../harness/system/read.js';
import { Source } from '../../../harness/system/source.js';
import { qemuBoard } from '../../support/fake-guest.js';
import { inFolder } from '../../support/folder.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';

const least = 'name = "mine"\nimage = "loader.img"\n';

const withShell = `${least}[shell]\nprompt = "# "\n`;

const read = (text: string) =>
  inFolder({ 'vmm-suite.toml': text }, (folder) => readSuite(join(folder, 'vmm-suite.toml')));
/** The error for a suite with a mistake, without the folder's path. */
const mistake = async (text: string) => {
  const error = await refusal(read(text));
  assert.is(error.fault, 'usage');
  return error.explain().replace(/^\S*\/vmm-suite/, 'vmm-suite');
};

test('a suite needs a name and an image; everything else has a default', async () => {
  const { suite } = await read(least);
  assert.equal(casesOf(suite, {}).map(caseName), ['qemu_virt_aarch64-debug']);
  assert.equal(suite.check, []);
});

test('text between slashes is a regular expression; other text is literal', async () => {
  const text = `${least}boot = [{ until = "login:" }, { until = '/v\\d+$/i' }]`;
  const { suite } = await read(text);
  assert.equal(
    suite.boot.map(({ until }) => until),
    ['login:', /v\d+$/i],
  );
});

for (const [text, said] of [
  ['name = "a"', /^vmm-suite\.toml:1:1: image is missing/],
  [`${least}matrx = 1`, /^vmm-suite\.toml:3:1: there is no key matrx[\s\S]*did you mean matrix\?/],
  [
    `${least}[[check]]\nname = "a"\nrunn = "b"`,
    /^vmm-suite\.toml:5:1: there is no key check\.0\.runn[\s\S]*did you mean run\?/,
  ],
  [`${least}matrix = { board = [] }`, /^vmm-suite\.toml:3:12: matrix\.board is not valid/],
  [
    `${least}boot = [{ until = '/(/' }]`,
    /^vmm-suite\.toml:3:11: boot\.0\.until is not valid[\s\S]*Unterminated group/,
  ],
  [`${least}[[check]]\nname = "a"\nrun = "b"`, /^vmm-suite\.toml:3:1: checks need a shell/],
  [
    `${least}[shell]\nprompt = "#"\n[[check]]\nname = "a"\nrun = "b"\n[[check]]\nname = "a"\nrun = "c"`,
    /:8:1: two checks are named "a"/,
  ],
  [
    `${withShell}[[guest]]\nname = "linux"\nprefix = "a"\n[[boot]]\nguest = "linxu"\nuntil = "x"`,
    /:9:1: there is no guest linxu[\s\S]*did you mean linux\?/,
  ],
  [`${withShell}[[check]]\nname = "a"`, /:5:1: a check needs run, a command, or builtin/],
  [`${withShell}[[check]]\nrun = "a"`, /:5:1: a check with run needs a name/],
  [`${withShell}[[check]]\nbuiltin = "memroy"`, /:6:1: check\.0\.builtin is not valid[\s\S]*"memory"/],
  [`${withShell}[[check]]\nbuiltin = "memory"`, /:5:1: the built-in check memory needs mib/],
  [
    `${withShell}[[check]]\nbuiltin = "cpus"\ncount = 2\nmib = 3`,
    /:5:1: the built-in check cpus takes count, and not mib/,
  ],
  [`${withShell}[[check]]\nbuiltin = "clock"\nstatus = 2`, /status goes with run/],
  [`${withShell}[[check]]\nname = "a"\nrun = "a"\nmib = 2`, /mib goes with builtin/],
  [`${least}matrix = { board = [] }`, /:3:\d+: matrix\.board is not valid[\s\S]*>=1/],
  ['name = ', /^vmm-suite\.toml:1:\d+: this is not TOML/],
  [`${least}[[check]]\nname = "a"\nrun = "b\\nc"`, /check\.0\.run is not valid[\s\S]*one line/],
] as const) {
  test(`a mistake has its place: ${said}`, async () => {
    assert.match(await mistake(text), said);
  });
}

test('the matrix is multiplied out without the excluded cases, and shards divide it', async () => {
  const { suite } = await read(
    `${least}matrix = { board = ["a", "b"], config = ["debug", "release"] }\nexclude = [{ board = "b", config = "debug" }]`,
  );
  const names = (selection = {}) => casesOf(suite, selection).map(caseName);
  assert.equal(names(), ['a-debug', 'a-release', 'b-release']);
  assert.equal(names({ board: 'b' }), ['b-release']);
  assert.equal([1, 2].flatMap((index) => names({ shard: { index, count: 2 } })).sort(), [
    'a-debug',
    'a-release',
    'b-release',
  ]);
  const error = await refusal(() => casesOf(suite, { board: 'b', config: 'debug' }));
  assert.match(error.explain(), /the suite has no such case[\s\S]*a-debug, a-release, b-release/);
});

test('the name of a case whose SDK is given by a path has no slashes', () => {
  assert.is(caseName({ board: 'a', config: 'debug', sdk: '/opt/sdk-2.0.1' }), 'a-debug-opt_sdk-2.0.1');
});

test('the suite is found upward', () =>
  inFolder({ 'vmm-suite.toml': least, 'a/b/c.txt': '' }, async (folder) => {
    assert.is(findSuite(undefined, join(folder, 'a', 'b')), join(folder, 'vmm-suite.toml'));
    const error = await refusal(() => findSuite(undefined, '/'));
    assert.match(error.explain(), /there is no vmm-suite\.toml/);
  }));

test('init writes a valid suite that names the guests of the description', async () => {
  const file = join(packageRoot, 'docs', 'pictures', 'linux.system');
  const { system } = readSystem(new Source(file, readFileSync(file, 'utf8')));
  const text = suiteTemplate({ name: 'linux', folder: 'build', description: 'linux.system', system });
  assert.match(text, /^# linux: 1 vCPU, run by vmm$/m);
  const { suite } = await read(text);
  assert.is(suite.image, 'build/loader.img');
  // The commented lines are valid too once the comment signs are removed.
  const whole = text.replaceAll(/^# (?=\[|until|send|prompt|name|run|expect|build)/gm, '');
  assert.is((await read(whole)).suite.check.length, 1);
});

test('several guests on one console each have their steps, their prompt and their checks', async () => {
  const { suite } = await read(`${least}
[shell]
prompt = "# "
[[guest]]
name = "a"
prefix = "[a] "
[[guest]]
name = "b"
prefix = '/^b: /'
prompt = "b> "
[[boot]]
until = "VMM"
[[boot]]
guest = "b"
until = "login:"
send = "root\\n"
[[check]]
guest = "b"
name = "x"
run = "true"
`);
  const plan = suitePlan(suite, qemuBoard);
  const names = (phases: readonly { name: string }[]) => phases.map(({ name }) => name);
  assert.equal(names(plan.phases), ['"VMM"']);
  assert.equal(
    plan.guests.map(({ phases }) => names(phases)),
    [['a: "# "'], ['b: "login:"', 'b: "b> "']],
  );
  assert.equal(
    plan.checks.map(({ guest }) => guest),
    ['b'],
  );
});

test('guests can have serial ports of their own, by number or by the name of a chardev', async () => {
  const guest = (more: string) => `${withShell}[[guest]]\n${more}\n`;
  const two = guest('name = "a"\nserial = 0') + guest('name = "b"\nserial = "hvc0"').slice(withShell.length);
  const plan = suitePlan((await read(two)).suite, qemuBoard);
  assert.equal(portsOf(plan), [0, 'hvc0']);
  const another = (await read(two.replace('hvc0', 'hvc1'))).suite;
  assert.is.not(bootedState(plan), bootedState(suitePlan(another, qemuBoard)), 'a snapshot is of its lines');
  for (const [text, words] of [
    [guest('name = "a"'), /guest a needs either prefix or serial/],
    [guest('name = "a"\nserial = 1\nprefix = "a"'), /prefix of guest a is for guests that share a console/],
    [guest('name = "a"\nserial = 9'), /a number from 0 to 7/],
    [guest('name = "a"\nserial = "qmp"'), /a name other than the machine's own/],
    [two.replace('"hvc0"', '0'), /guests a and b have the same serial line/],
    [two.replace('"b"', '"a"'), /two guests are named a/],
  ] as const)
    assert.match((await refusal(read(text))).explain(), words);
});

test('every built-in check can be named, and is described', async () => {
  const page = readFileSync(join(packageRoot, 'docs', 'suite.md'), 'utf8');
  const parameters: Record<string, string> = { memory: 'mib = 256', cpus: 'count = 2' };
  for (const name of builtInNames) {
    const { suite } = await read(`${withShell}[[check]]\nbuiltin = "${name}"\n${parameters[name] ?? ''}`);
    const { checks } = suitePlan(suite, qemuBoard);
    assert.is(checks.length, 1);
    assert.match(page, new RegExp(`^\\| \`${name}\` \\|`, 'm'));
  }
});

test('docs/suite.md describes every key', () => {
  const page = readFileSync(join(packageRoot, 'docs', 'suite.md'), 'utf8');
  for (const key of Object.keys(suiteSchema.entries)) assert.match(page, new RegExp(`\\| .*${key}`), key);
});

run();
