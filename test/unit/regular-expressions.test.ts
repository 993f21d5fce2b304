// SPDX-License-Identifier: BSD-2-Clause
/**
 * No regular expression takes time that grows faster than its text: a guest, a board or a file could stop the harness with
 * a long line. The compiled program is read, because its literals are those that run.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Node, parse } from 'acorn';
import { analyse } from 'scslre';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../harness/base/paths.js';
import { run, test } from '../support/test.js';

interface Literal {
  source: string;
  flags: string;
}

/** The literals in `node` and below. The tree of ESTree is objects and arrays of them. */
function* literalsIn(node: unknown): Generator<Literal> {
  if (typeof node !== 'object' || node === null) return;
  if ('regex' in node) {
    const { pattern, flags } = (node as Node & { regex: { pattern: string; flags: string } }).regex;
    yield { source: pattern, flags };
  }
  for (const child of Object.values(node)) yield* literalsIn(child);
}

const reportTypes = { Move: true, Self: true, Trade: true };
const grows = (literal: Literal): boolean => analyse(literal, { reportTypes }).reports.length > 0;

function* literals(): Generator<Literal & { file: string }> {
  const root = join(packageRoot, 'dist');
  for (const folder of ['boards', 'guest-builder', 'harness', 'minikit']) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.js')) continue;
      const file = join(folder, name);
      const tree = parse(readFileSync(join(root, file), 'utf8'), {
        ecmaVersion: 'latest',
        sourceType: 'module',
      });
      for (const literal of literalsIn(tree)) yield { ...literal, file };
    }
  }
}

test('the time of an expression that grows with the square of its text is seen', () => {
  for (const source of ['\\r+$', '(\\S+:\\d+): error', '(a*)*b', '[#>]\\s*\\s*$'])
    assert.ok(grows({ source, flags: '' }), source);
  for (const source of ['^\\r+$', '(?<!\\S)\\S+: error', '\\bword'])
    assert.not.ok(grows({ source, flags: '' }), source);
});

test('no regular expression of the product takes time that grows faster than its text', () => {
  const found = [...literals()];
  assert.ok(found.length > 100, 'the program has its literals');
  const slow = found.filter(grows);
  assert.equal(
    slow.map(({ file, source }) => `${file}: /${source}/`),
    [],
  );
});

run();
