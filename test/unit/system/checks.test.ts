// SPDX-License-Identifier: BSD-2-Clause
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { checkSystem, checks } from '../../../harness/system/check.js';
import { DescriptionError, type Mistake } from '../../../harness/system/mistake.js';
import { readSystem } from '../../../harness/system/read.js';
import { Source } from '../../../harness/system/source.js';
import { parseVersion, type Version } from '../../../harness/system/versions.js';
import { run, test } from '../../support/test.js';
import { context, fixtures, severalCores } from './context.js';
import { pairs } from './pairs.js';

/** The mistake of every vCPU on another core. Only these fixtures are for boards with several cores. */
const ofCores = ['guest_core_budget', 'guest_core_registers'];

/** Only one check concerns device trees; elsewhere the guest has none. */
function contextOf(check: string) {
  if (check === 'guest_device_tree') return context;
  return { ...context, guestMemory: undefined, ...(ofCores.includes(check) && { board: severalCores }) };
}

function mistakesOf(fixture: string, version: Version, check: string): Mistake[] {
  const file = `${fixture}.system`;
  const source = new Source(file, readFileSync(join(fixtures, file), 'utf8'));
  try {
    const { system, mistakes, architecture } = readSystem(source, version);
    const found = [...mistakes, ...checkSystem(system, { ...contextOf(check), architecture })];
    return found.filter((one) => one.check === check || !ofCores.includes(one.check));
  } catch (error) {
    if (error instanceof DescriptionError) return [...error.mistakes];
    throw error;
  }
}

for (const [check, refused, at, words, taken, versions = '2.0.1'] of pairs) {
  const [first = '', second = first] = versions.split('/');
  test(`${check} refuses ${refused}.system and accepts ${taken}.system`, () => {
    const found = mistakesOf(refused, parseVersion(first) ?? '2.0.1', check);
    assert.equal(
      found.map((mistake) => [mistake.check, `${mistake.place.line}:${mistake.place.column}`, mistake.what]),
      [[check, at, words]],
    );
    assert.equal(mistakesOf(taken, parseVersion(second) ?? '2.0.1', check), []);
  });
}

test('every check has its pair of fixtures, and every fixture is in a pair', () => {
  const reading = ['vocabulary', 'value', 'missing', 'twice', 'count', 'xml', 'architecture'];
  assert.equal(new Set(pairs.map(([check]) => check)), new Set([...reading, ...Object.keys(checks)]));
  const named = pairs.flatMap(([, refused, , , taken]) => [`${refused}.system`, `${taken}.system`]);
  assert.equal([...named].sort(), readdirSync(fixtures).sort());
});

test('a mistake names both parties, both ranges and the way out', () => {
  const [mistake] = mistakesOf('map_overlap', '2.0.1', 'map_overlap');
  assert.is(
    mistake?.detail.got,
    "'b' is at [0x2_001_000..0x2_002_000), 'a' (map_overlap.system:7:9) at [0x2_000_000..0x2_002_000)",
  );
  assert.is(mistake?.detail.wayOut, "'b' could follow at 0x2_002_000");
});

run();
