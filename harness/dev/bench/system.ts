// SPDX-License-Identifier: BSD-2-Clause
/** How long a user waits for `vmm-harness system check` of a large description, and for the program itself. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeSystem } from '../../system/write.js';
import { largeSystem } from './large-system.js';

/** Medians, in milliseconds; every run is a process of its own, in turn with the others. */
export interface SystemFigures {
  domains: number;
  maps: number;
  /** `node` that does nothing. */
  node: number;
  /** `vmm-harness --help`. */
  start: number;
  /** `vmm-harness system check`, less the start of the program. */
  check: number;
  /** Making the description in TypeScript and writing its XML, the first time in a process. */
  generate: number;
}

/** What each may be at most. */
export const systemLimits = { start: 150, check: 100, generate: 50 } as const;

const rounds = 9;
/** 60 protection domains, 2,000 maps. */
const shape = [6, 8, 2000] as const;

const program = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
const generation = `
const { largeSystem } = await import(${JSON.stringify(new URL('./large-system.js', import.meta.url).href)});
const { writeSystem } = await import(${JSON.stringify(new URL('../../system/write.js', import.meta.url).href)});
const begin = performance.now();
writeSystem(largeSystem(${shape.join(', ')}));
console.log(performance.now() - begin);`;

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Milliseconds of a process, from its start to its end. */
function timed(...words: string[]): number {
  const begin = performance.now();
  execFileSync(process.execPath, words, { stdio: 'ignore' });
  return performance.now() - begin;
}

/** Measures; takes about half a minute. */
export function benchSystem(): SystemFigures {
  const dir = mkdtempSync(join(tmpdir(), 'bench-system-'));
  try {
    const system = largeSystem(...shape);
    const file = join(dir, 'large.system');
    writeFileSync(file, writeSystem(system));
    const rows = Array.from({ length: rounds }, () => {
      const start = timed(program, '--help');
      return {
        node: timed('--eval', '0'),
        start,
        check: timed(program, 'system', 'check', file) - start,
        generate: Number(
          execFileSync(process.execPath, ['--input-type=module', '--eval', generation], { encoding: 'utf8' }),
        ),
      };
    });
    const figure = (name: 'node' | 'start' | 'check' | 'generate') => median(rows.map((row) => row[name]));
    return {
      domains: system.domains.length,
      maps: system.domains.reduce((sum, { domain }) => sum + domain.maps.length, 0),
      node: figure('node'),
      start: figure('start'),
      check: figure('check'),
      generate: figure('generate'),
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
