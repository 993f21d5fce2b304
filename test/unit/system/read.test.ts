// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { readChecked } from '../../../harness/system/check.js';
import { DescriptionError } from '../../../harness/system/mistake.js';
import { readSystem } from '../../../harness/system/read.js';
import { Source } from '../../../harness/system/source.js';
import { run, test } from '../../support/test.js';

const read = (text: string) => readSystem(new Source('x.system', text));
const lines = (...parts: string[]) => parts.join('\n');

const broken = lines(
  '<system>',
  '  <memory_region name="ram" size="0x1800" />',
  '  <memory_region nam="rom" size="many" />',
  '  <protection_domain name="vmm" priority="300">',
  '    <map mr="rma" vaddr="0x2000000" cached="yes" />',
  '    <irqs irq="33" id="1" />',
  '  </protection_domain>',
  '</system>',
);

test('all mistakes are reported at once, each with its place, in order', () => {
  try {
    readChecked(new Source('x.system', broken));
    assert.unreachable();
  } catch (error) {
    if (!(error instanceof DescriptionError)) throw error;
    assert.is(error.exitCode, 1);
    assert.is(
      error.explain(),
      lines(
        "x.system:2:29: memory region 'ram' is not a whole number of pages",
        '  expected: a multiple of its page size, 0x1_000, and not 0',
        '  got:      0x1_800',
        '  way out:  0x2_000 would hold it',
        "x.system:3:3: <memory_region> has no attribute 'name'",
        '  expected: name: unique among the memory regions',
        "x.system:3:18: unknown attribute 'nam' on <memory_region>",
        '  expected: name, size, page_size, phys_addr',
        "  way out:  did you mean 'name'?",
        "x.system:3:28: the value of 'size' in <memory_region> is invalid",
        '  expected: a number below 2^53, decimal or with 0x hexadecimal, with optional _ between digits',
        "  got:      'many'",
        'x.system:4:3: <protection_domain> has no <program_image>',
        '  expected: exactly one',
        "x.system:4:33: 'vmm' has too high a priority",
        '  expected: 0 to 254',
        '  got:      300',
        "x.system:5:10: there is no memory region 'rma'",
        "  way out:  did you mean 'ram'?",
        "x.system:5:37: the value of 'cached' in <map> is invalid",
        "  expected: 'true' or 'false'",
        "  got:      'yes'",
        'x.system:6:5: unknown element <irqs> in <protection_domain>',
        '  expected: program_image, map, irq, setvar, protection_domain, virtual_machine',
        "  way out:  did you mean 'irq'?",
      ),
    );
  }
});

test('names that Microkit uses elsewhere are refused with the reason', () => {
  const wayOut = (text: string) => read(text).mistakes[0]?.detail.wayOut;
  assert.is(
    wayOut(
      '<system><protection_domain name="a" id="1"><program_image path="x"/></protection_domain></system>',
    ),
    'only a child protection domain has an id, by which its parent refers to it',
  );
  assert.is(
    wayOut(
      '<system><virtual_machine name="a"/><protection_domain name="a"><program_image path="x"/></protection_domain></system>',
    ),
    'a virtual machine belongs inside the protection domain that runs it',
  );
  assert.is(
    wayOut('<system><memory_region name="a" size="1" prefill_path="x"/></system>'),
    'it is new in Microkit 2.2.0; this description is read as 2.0.1',
  );
  assert.is(
    wayOut('<system xmlns:x="u"><x:memory_region name="a" size="1"/></system>'),
    "write it without a prefix: Microkit reads only 'memory_region', whatever the prefix",
  );
});

test('a description for x86-64 is reported once as such; its words and numbers are not refused', () => {
  const { mistakes, errors, warnings } = read(
    '<system><protection_domain name="a"><program_image path="x"/><ioport id="1"/><irq pin="1" vector="2" id="3"/>' +
      '</protection_domain><io_address_space/></system>',
  );
  assert.equal([errors, warnings], [1, 0]);
  assert.equal(
    mistakes.map(({ check, severity, place }) => [check, severity, place.column]),
    [['architecture', 'error', 62]],
  );
});

test('the first hundred of many mistakes are shown, and all are counted', () => {
  const many = Array.from({ length: 5000 }, (_, index) => `<mapp x="${index}"/>`).join('\n');
  const source = new Source(
    'x.system',
    `<system>\n${many}<protection_domain name="a"><program_image path="x"/></protection_domain></system>`,
  );
  const { mistakes, errors } = readSystem(source);
  assert.equal([mistakes.length, errors, mistakes.at(-1)?.place.line], [100, 5000, 101]);
  try {
    readChecked(source);
    assert.unreachable();
  } catch (error) {
    if (!(error instanceof DescriptionError)) throw error;
    assert.match(
      error.explain(),
      /x\.system:101:1: unknown element <mapp> in <system>\n.*\n\.\.\. and 4,900 more$/,
    );
  }
});

test('a second virtual machine is refused with the place of the first', () => {
  const guest = (name: string) =>
    `<virtual_machine name="${name}"><vcpu id="${name.length}"/></virtual_machine>`;
  const { mistakes } = read(
    `<system><protection_domain name="a"><program_image path="x"/>\n${guest('b')}\n${guest('cc')}</protection_domain></system>`,
  );
  assert.equal(
    mistakes.map(({ check, place, detail }) => [check, place.line, detail.got]),
    [['twice', 3, 'the first one is at x.system:2:1']],
  );
});

test('another root element is not a system description', () => {
  assert.equal(
    read('<sistem/>').mistakes.map(({ what }) => what),
    ['<sistem> is not a system description'],
  );
});

test('names with a meaning in JavaScript are unknown like any other', () => {
  const { mistakes } = read(
    '<system><toString/><memory_region name="a" size="0x1000" __proto__="1" constructor="2"/></system>',
  );
  assert.equal(
    mistakes.map(({ what }) => what),
    [
      'unknown element <toString> in <system>',
      "unknown attribute '__proto__' on <memory_region>",
      "unknown attribute 'constructor' on <memory_region>",
      '<system> has no <protection_domain>',
    ],
  );
});

test('defaults are those of the manual', () => {
  const { system } = read(
    '<system><memory_region name="r" size="0x1000"/><protection_domain name="a"><program_image path="x"/>' +
      '<map mr="r" vaddr="0x1000"/><irq irq="33" id="0"/></protection_domain></system>',
  );
  const [placed] = system.domains;
  const [map] = placed?.domain.maps ?? [];
  assert.equal(
    [placed?.domain.priority, placed?.domain.budget, placed?.domain.period, placed?.domain.passive],
    [0, 1000, 1000, false],
  );
  assert.equal([map?.perms, map?.cached, placed?.domain.irqs[0]?.trigger], ['rw', true, 'level']);
  assert.is(placed && system.stackSize(placed.domain), 0x1000);
});

test('the stack of a protection domain is 8 KiB from 2.1.0 on', () => {
  const text = '<system><protection_domain name="a"><program_image path="x"/></protection_domain></system>';
  const { system } = readSystem(new Source('x', text), '2.1.0');
  const [placed] = system.domains;
  assert.is(placed && system.stackSize(placed.domain), 0x2000);
});

test('a parent comes before its children, whatever comes between', () => {
  const child = (name: string, inside = '') =>
    `<protection_domain name="${name}" id="${name.length}"><program_image path="x"/>${inside}</protection_domain>`;
  const { system } = read(
    `<system><protection_domain name="p"><program_image path="x"/>${child('q', child('r'))}${child('ss')}</protection_domain></system>`,
  );
  assert.equal(
    system.domains.map(({ domain, index, parent }) => [domain.name, index, parent]),
    [
      ['p', 0, undefined],
      ['q', 1, 0],
      ['r', 2, 1],
      ['ss', 3, 0],
    ],
  );
});

run();
