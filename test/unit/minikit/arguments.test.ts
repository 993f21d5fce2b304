// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { helpText, parseArguments } from '../../../minikit/tool/arguments.js';
import { run, test } from '../../support/test.js';

const parse = (line: string) =>
  parseArguments(
    line.split(' ').filter((word) => word !== ''),
    '2.0.1',
  );
const error = (line: string) => {
  const request = parse(line);
  return 'error' in request ? request.error.split('\n').at(-1) : undefined;
};

test('a command line from a Makefile for Microkit is accepted', () => {
  assert.equal(parse('hello.system --search-path build lib --board b --config debug -o out.img -r out.txt'), {
    build: {
      system: 'hello.system',
      board: 'b',
      config: 'debug',
      output: 'out.img',
      report: 'out.txt',
      searchPath: ['build', 'lib'],
    },
  });
});

test('by default the image is loader.img and the report report.txt', () => {
  const request = parse('--board b --config c x.system');
  assert.equal('build' in request && [request.build.output, request.build.report], [
    'loader.img',
    'report.txt',
  ]);
});

test('an option ends the search path, and words of the search path do not name the system', () => {
  const request = parse('--search-path a x.system --board b --config c');
  assert.not('build' in request);
  const later = parse('--search-path a --board b x.system --config c --search-path d');
  assert.equal('build' in later && later.build.searchPath, ['a', 'd']);
});

test('all missing arguments are named', () => {
  assert.is(error('x.system'), 'microkit: error: the following arguments are required: --board, --config');
  assert.is(error('--board b --config c'), 'microkit: error: the following arguments are required: system');
});

test('an option without its value, and a second system, are refused', () => {
  assert.is(error('x.system --board'), 'microkit: error: argument --board: expected one argument');
  assert.is(
    error('x.system y.system --board b --config c'),
    'microkit: error: unrecognised arguments: y.system',
  );
});

test('no arguments give the usage', () => {
  assert.match(error('') ?? '', /^usage: microkit/);
});

test('help lists the boards and has an example', () => {
  assert.equal(parse('x --help'), { help: true });
  assert.match(helpText(['qemu_virt_aarch64']), /--board BOARD +qemu_virt_aarch64/);
  assert.match(helpText([]), /example:\n {2}microkit /);
});

test('options of later tools are accepted, or refused with the unsupported feature', () => {
  const args = ['a.system', '--board', 'b', '--config', 'c'];
  assert.ok('build' in parseArguments([...args, '--image-type', 'binary'], '2.3.0'));
  const error = (more: string[], version: '2.0.1' | '2.3.0') => {
    const request = parseArguments([...args, ...more], version);
    return 'error' in request ? (request.error.split('\n').at(-1) ?? '') : '';
  };
  assert.match(error(['--image-type', 'elf'], '2.3.0'), /images are binaries/);
  assert.match(error(['--capdl-json', 'x.json'], '2.3.0'), /no CapDL specification/);
  assert.match(error(['--capdl-json', 'x.json'], '2.0.1'), /unrecognised arguments/);
});

run();
