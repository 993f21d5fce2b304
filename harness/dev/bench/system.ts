// SPDX-License-Identifier: BSD-2-Clause
/** How long a user waits for `vmm-harness system check` of a large description, and for the program itself. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSystem } from '../../system/write.js';
import { cli } from './cli.js';
import { largeSystem } from './large-system.js';

/**
 * The least of many runs, in milliseconds, because other load can only add to a time. Every run is a separate process,
 * alternating with the others. All but `generate` are processor times.
 */
export interface SystemFigures {
  domains: number;
  maps: number;
  /** `node` that does nothing. */
  node: number;
  /** `vmm-harness --help`. */
  start: number;
  /** `vmm-harness system check`. */
  check: number;
  /** A program that reads the same file into objects with fast-xml-parser, and ends. */
  parse: number;
  /** Building the description in TypeScript and writing its XML, the first time in a process. */
  generate: number;
}

/** Upper limits: multiples of `node`, multiples of `parse`, milliseconds. */
export const systemLimits = { start: 1.15, check: 1.5, generate: 50 } as const;

const rounds = 15;
/** 60 protection domains, 2,000 maps. */
const shape = [6, 8, 2000] as const;

const generation = `
const { largeSystem } = await import(${JSON.stringify(new URL('./large-system.js', import.meta.url).href)});
const { writeSystem } = await import(${JSON.stringify(new URL('../../system/write.js', import.meta.url).href)});
const begin = performance.now();
writeSystem(largeSystem(${shape.join(', ')}));
console.log(performance.now() - begin);`;

/** The options with which the library loses nothing: in order, with attributes, numbers unparsed. */
const parsing = (file: string) => `
import { readFileSync } from 'node:fs';
import { XMLParser } from ${JSON.stringify(import.meta.resolve('fast-xml-parser'))};
const options = { preserveOrder: true, ignoreAttributes: false, parseAttributeValue: false, processEntities: false };
new XMLParser(options).parse(readFileSync(${JSON.stringify(file)}, 'utf8'));`;

/** At its end a process appends its processor time in milliseconds to this file. */
const clock = (file: string) => `
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  require('node:fs').writeFileSync(${JSON.stringify(file)}, String((user + system) / 1000));
});`;

/** Measures; takes about half a minute. */
export function benchSystem(): SystemFigures {
  const dir = mkdtempSync(join(tmpdir(), 'bench-system-'));
  try {
    const system = largeSystem(...shape);
    const file = join(dir, 'large.system');
    writeFileSync(file, writeSystem(system));
    const parser = join(dir, 'parse.mjs');
    writeFileSync(parser, parsing(file));
    const [hook, reading] = [join(dir, 'clock.cjs'), join(dir, 'reading')];
    writeFileSync(hook, clock(reading));
    /** Processor time of a process in milliseconds, from its start to its end. */
    const timed = (...words: string[]): number => {
      execFileSync(process.execPath, ['--require', hook, ...words], { stdio: 'ignore' });
      return Number(readFileSync(reading, 'utf8'));
    };
    const rows = Array.from({ length: rounds }, () => {
      return {
        node: timed('--eval', '0'),
        start: timed(cli, '--help'),
        check: timed(cli, 'system', 'check', file),
        parse: timed(parser),
        generate: Number(
          execFileSync(process.execPath, ['--input-type=module', '--eval', generation], { encoding: 'utf8' }),
        ),
      };
    });
    const figure = (name: keyof (typeof rows)[number]) => Math.min(...rows.map((row) => row[name]));
    return {
      domains: system.domains.length,
      maps: system.domains.reduce((sum, { domain }) => sum + domain.maps.length, 0),
      node: figure('node'),
      start: figure('start'),
      check: figure('check'),
      parse: figure('parse'),
      generate: figure('generate'),
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
