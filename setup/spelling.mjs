// SPDX-License-Identifier: BSD-2-Clause
// Checks the project's spellings in every committed text: prints each place with another spelling, and exits with 1.
import { $ } from 'zx';

const choices = [
  { other: String.raw`\bcan not\b|\bcan[’']t\b`, settled: 'cannot' },
  { other: String.raw`\b(?:that|which) there (?:is|are) not\b`, settled: 'that does not exist' },
  { other: String.raw`\bWhat of an?\b`, settled: 'the part of' },
];
const apart = [':!package-lock.json', ':!setup/spelling.mjs', ':!LICENSE'];

let places = 0;
for (const { other, settled } of choices) {
  const found = await $`git grep --untracked -nIPi ${other} -- . ${apart}`.nothrow().quiet();
  if (found.exitCode > 1) throw new Error(found.stderr);
  for (const line of found.stdout.split('\n').filter(Boolean)) {
    places += 1;
    console.error(`${line}\n  expected: ${settled}`);
  }
}
if (places > 0) process.exit(1);
