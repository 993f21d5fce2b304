// SPDX-License-Identifier: BSD-2-Clause
/** Include dependencies of minikit's kernel. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../../harness/base/paths.js';
import { run, test } from '../../support/test.js';

const kernel = join(packageRoot, 'minikit', 'kernel');

/** The modules that each module, a `.c` file with its header, includes. */
function needs(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const file of readdirSync(kernel).filter((name) => /\.[ch]$/.test(name))) {
    const module = file.slice(0, -2);
    const others = [...readFileSync(join(kernel, file), 'utf8').matchAll(/^#include "(\w+)\.h"/gm)];
    const set = found.get(module) ?? new Set();
    for (const [, name = ''] of others) if (name !== module) set.add(name);
    found.set(module, set);
  }
  return found;
}

/** Every module that can be reached from a module. */
function reach(from: string, edges: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const seen = new Set<string>();
  const visit = (module: string) => {
    for (const next of edges.get(module) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      visit(next);
    }
  };
  visit(from);
  return seen;
}

test("minikit's kernel has one include cycle, of faults, messages and notifications", () => {
  const edges = needs();
  assert.ok(edges.size > 20);
  const inCircle = [...edges.keys()].filter((module) => reach(module, edges).has(module)).sort();
  assert.equal(inCircle, ['fault', 'ipc', 'notification']);
});

run();
