// SPDX-License-Identifier: BSD-2-Clause
/** The command line of the Microkit tool (manual, chapter "Microkit Tool"). */
import { has, type Version } from '../../harness/system/versions.js';

export interface ToolArguments {
  system: string;
  board: string;
  config: string;
  output: string;
  report: string;
  searchPath: string[];
}

/** A parsed command line: a build, a request for help, or an error. */
export type Request = { build: ToolArguments } | { help: true } | { error: string };

const usage =
  'usage: microkit [-h] [-o OUTPUT] [-r REPORT] --board BOARD --config CONFIG [--search-path [SEARCH_PATH ...]] system';

/** The text of `--help`. */
export function helpText(boards: readonly string[]): string {
  return `${usage}

minikit's tool: makes a bootable image of a Microkit system description. It takes the arguments of Microkit's tool.

positional arguments:
  system                              the system description file

options:
  -h, --help                          show this and exit
  -o, --output OUTPUT                 the image; loader.img when not given
  -r, --report REPORT                 where everything lies; report.txt when not given
  --board BOARD                       ${boards.join(', ') || 'none is built'}
  --config CONFIG                     debug or release
  --search-path [SEARCH_PATH ...]     folders of program images, after the current one

example:
  microkit hello.system --board qemu_virt_aarch64 --config debug --search-path build -o build/hello.img
`;
}

type Single = Exclude<keyof ToolArguments, 'searchPath'>;
const options: Record<string, { field: Single; name: string }> = {
  '-o': { field: 'output', name: '-o/--output' },
  '--output': { field: 'output', name: '-o/--output' },
  '-r': { field: 'report', name: '-r/--report' },
  '--report': { field: 'report', name: '-r/--report' },
  '--board': { field: 'board', name: '--board' },
  '--config': { field: 'config', name: '--config' },
};

/** Options of later tools for features that minikit lacks. */
const notHere: Record<string, { since: Version; why: string }> = {
  '--capdl-json': { since: '2.1.0', why: 'minikit makes no CapDL specification' },
  '--override-kernel': { since: '2.3.0', why: "minikit's images are for its own kernel" },
  '--viper-output': { since: '2.3.0', why: 'nothing about minikit is verified' },
};

/** Parses a command line, without the name of the program, as the tool of `version` does. */
export function parseArguments(args: readonly string[], version: Version): Request {
  const fail = (reason: string): Request => ({ error: `${usage}\nmicrokit: error: ${reason}` });
  if (args.length === 0) return { error: usage };
  const given: Partial<Record<Single, string>> = {};
  const searchPath: string[] = [];
  const unknown: string[] = [];
  let inSearchPath = false;
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? '';
    const option = Object.hasOwn(options, word) ? options[word] : undefined;
    if (word === '-h' || word === '--help') return { help: true };
    const lack = Object.hasOwn(notHere, word) ? notHere[word] : undefined;
    if (lack !== undefined && has(version, lack.since)) return fail(`argument ${word}: ${lack.why}`);
    if (word === '--image-type' && has(version, '2.1.0')) {
      inSearchPath = false;
      if (args[++index] === 'binary') continue;
      return fail("argument --image-type: minikit's images are binaries: expected binary");
    }
    if (option !== undefined) {
      const value = args[++index];
      if (value === undefined) return fail(`argument ${option.name}: expected one argument`);
      given[option.field] = value;
      inSearchPath = false;
    } else if (word === '--search-path') inSearchPath = true;
    else if (inSearchPath) searchPath.push(word);
    else if (given.system === undefined) given.system = word;
    else unknown.push(word);
  }
  if (unknown.length > 0) return fail(`unrecognised arguments: ${unknown.join(' ')}`);
  const { system, board, config, output = 'loader.img', report = 'report.txt' } = given;
  if (system === undefined || board === undefined || config === undefined) {
    const missing = [
      ...(board === undefined ? ['--board'] : []),
      ...(config === undefined ? ['--config'] : []),
      ...(system === undefined ? ['system'] : []),
    ];
    return fail(`the following arguments are required: ${missing.join(', ')}`);
  }
  return { build: { system, board, config, output, report, searchPath } };
}
