// SPDX-License-Identifier: BSD-2-Clause
/** The pages: their links work, and every command in them exists and is run by a test. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../harness/base/paths.js';
import { refusalOfWords } from '../support/program.js';
import { run, test } from '../support/test.js';

const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'minikit/README.md'],
  ...readdirSync(join(packageRoot, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const textOf = (page: string) => readFileSync(join(packageRoot, page), 'utf8');

/** The anchor that GitHub gives to a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const anchorsOf = (page: string) =>
  [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));

for (const page of pages) {
  test(`the links of ${page} lead to files and headings that exist`, () => {
    const links = [...textOf(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)]*))?\)/g)];
    for (const [link, path = '', anchor] of links) {
      const target = path === '' ? page : join(dirname(page), path);
      assert.ok(existsSync(join(packageRoot, target)), `${page}: ${link}`);
      if (anchor !== undefined) assert.ok(anchorsOf(target).includes(anchor), `${page}: ${link}`);
    }
  });
}

interface PageCommand {
  page: string;
  /** The command line without prompt, comment and environment. */
  line: string;
}

/** The command lines in blocks without a language. */
function* commandsOf(page: string): Generator<PageCommand> {
  // A block with a language is skipped with its own end, which is no beginning of another.
  for (const [, language, block = ''] of textOf(page).matchAll(/^```(\w*)\n(.*?)^```$/gms)) {
    if (language !== '') continue;
    for (const written of block.replaceAll('\\\n', ' ').split('\n')) {
      const line = written.replace(/^\s*(?:\$ )?(?:[A-Z_]+=\S+ )*(?:npx |\.\/)?/, '').replace(/\s+#.*$/, '');
      if (/^(?:vmm-harness|npm|make|setup\/setup) ?/.test(line)) yield { page, line: line.trim() };
    }
  }
}

const commands = pages.flatMap((page) => [...commandsOf(page)]);
const scripts = JSON.parse(textOf('package.json')).scripts as Record<string, string>;

test('every command in the pages exists, with its options', async () => {
  for (const { page, line } of commands) {
    if (line.startsWith('vmm-harness'))
      assert.is(await refusalOfWords(line.split(/\s+/).slice(1)), undefined, `${page}: ${line}`);
    const [, script] = /^npm (?:run )?(\S+)/.exec(line) ?? [];
    if (script !== undefined && !['install', 'pack'].includes(script))
      assert.ok(Object.hasOwn(scripts, script), `${page}: ${line}`);
  }
});

/** Commands in the pages, and the test that runs each; or why none does. */
const runBy: readonly [command: RegExp, test: string | { not: string }][] = [
  [/^make demo/, '.ci/run'],
  [/^npm (test|run lint)/, '.ci/run'],
  [/^npm run format/, { not: 'it changes the sources' }],
  [/^npm run mutants/, 'test/conform/mutants.test.ts'],
  [/^make MICROKIT_SDK/, { not: "it is the reader's own Makefile" }],
  [/^npm install/, '.ci/run'],
  [/^vmm-harness setup/, 'test/unit/setup.test.ts'],
  [/^setup\/setup/, 'test/unit/setup.test.ts'],
  [/^vmm-harness sdk install/, 'test/unit/microkit/install/install.test.ts'],
  [/^vmm-harness sdk/, 'test/unit/cli/cli.test.ts'],
  [/^vmm-harness (doctor|run|flash|console) .*--lab/, 'test/board/run.test.ts'],
  [/^vmm-harness doctor/, 'test/unit/cli/cli.test.ts'],
  [/^vmm-harness boards/, 'test/unit/cli/boards.test.ts'],
  [/^vmm-harness run --board (imx8|maax)/, 'test/qemu/imx8.test.ts'],
  [/^vmm-harness (run|build)/, 'test/qemu/run.test.ts'],
  [/^vmm-harness system/, 'test/unit/system/command.test.ts'],
  [/^vmm-harness report/, 'test/unit/verdict/report.test.ts'],
  [/^vmm-harness (init|test)/, 'test/qemu/suite.test.ts'],
  [/^vmm-harness conform .*--api/, 'test/conform/subject.test.ts'],
  [/^vmm-harness conform .*--replay/, 'test/conform/replay.test.ts'],
  [/^vmm-harness (conform|fuzz)/, 'test/conform/host.test.ts'],
  [/^vmm-harness (differential|guest --differential)/, 'test/qemu/differential.test.ts'],
];

test('every command in the pages is run by a test, or has a reason why not', () => {
  for (const { page, line } of commands) {
    const entry = runBy.find(([command]) => command.test(line));
    assert.ok(entry, `${page}: no test is named for: ${line}`);
    const [, by] = entry;
    if (typeof by === 'string') assert.ok(existsSync(join(packageRoot, by)), `${line}: ${by}`);
  }
});

run();
