// SPDX-License-Identifier: BSD-2-Clause
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { Comment, type Element } from '../../../harness/system/element.js';
import { formatSystem } from '../../../harness/system/fmt.js';
import { DescriptionError } from '../../../harness/system/mistake.js';
import { readSystem } from '../../../harness/system/read.js';
import { Source } from '../../../harness/system/source.js';
import { refusal } from '../../support/refusal.js';
import { run, test } from '../../support/test.js';
import { fixtures } from './context.js';

const format = (text: string) => formatSystem(new Source('x.system', text));

test('indentation, attribute order and values get one style; comments and element order stay', () => {
  assert.is(
    format(
      [
        '<!-- licence -->',
        '<system><!-- inside -->',
        '',
        '',
        '  <memory_region phys_addr="150994944"   name=\'uart\'',
        '     size="0x1000"/>   <!-- behind -->',
        '  <protection_domain priority="0x10" name="a"><program_image path="a.elf"></program_image>',
        '',
        '  <!-- two',
        '       lines -->',
        '  <map perms="wr" vaddr="0x2000000" mr="uart" cached="false"/></protection_domain>',
        '</system>',
        '<!-- end -->',
      ].join('\r\n'),
    ),
    `<?xml version="1.0" encoding="UTF-8"?>
<!-- licence -->
<system>
    <!-- inside -->

    <memory_region name="uart" size="0x1_000" phys_addr="0x9_000_000" /> <!-- behind -->
    <protection_domain name="a" priority="16">
        <program_image path="a.elf" />

        <!-- two
       lines -->
        <map mr="uart" vaddr="0x2_000_000" perms="rw" cached="false" />
    </protection_domain>
</system>
<!-- end -->
`,
  );
});

test('a long start tag has its attributes on separate lines', () => {
  const name = 'n'.repeat(100);
  assert.match(
    format(
      `<system><memory_region name="${name}" size="0x1000"/><protection_domain name="a"><program_image path="a"/></protection_domain></system>`,
    ),
    new RegExp(`    <memory_region\n {12}name="${name}"\n {12}size="0x1_000" />\n`),
  );
});

/** The meaning of a description: its elements in order, with their values. */
function meaning(node: Element | Comment): unknown {
  if (node instanceof Comment) return node.text;
  const sorted = Object.fromEntries(Object.entries(node.attributes).sort());
  return [node.type, sorted, node.content.map(meaning)];
}

test('every readable fixture keeps its meaning, and then has the style', () => {
  for (const file of readdirSync(fixtures)) {
    const source = new Source(file, readFileSync(join(fixtures, file), 'utf8'));
    let formatted: string;
    try {
      formatted = formatSystem(source);
    } catch (error) {
      if (error instanceof DescriptionError) continue;
      throw error;
    }
    const read = (text: Source) => meaning(readSystem(text, '2.3.0').system);
    assert.equal(read(new Source(file, formatted)), read(source), file);
    assert.is(format(formatted), formatted, file);
  }
});

test('white space between elements changes nothing but empty lines', () => {
  const gap = fc.string({ unit: fc.constantFrom(' ', '\n', '\t', '\r\n'), maxLength: 6 });
  fc.assert(
    fc.property(gap, gap, gap, (a, b, c) => {
      const text = `<system>${a}<memory_region name="r" size="0x1000" />${b}<protection_domain name="a"><program_image path="a" /></protection_domain>${c}</system>`;
      const formatted = format(text);
      assert.is(format(formatted), formatted);
      assert.is(
        formatted.replace(/\n\n/g, '\n'),
        format(text.replace(/>\s+</g, '>\n<')).replace(/\n\n/g, '\n'),
      );
    }),
  );
});

test('an element that no version reads is refused, not left out', async () => {
  const error = await refusal(() => format('<system><memory_region nam="r" size="0x1000" /></system>'));
  assert.instance(error, DescriptionError);
});

test('instructions and declarations of namespaces stay', () => {
  const text =
    '<?x y?><system xmlns:a="u"><?edit z?><protection_domain name="p"><program_image path="p.elf"/></protection_domain></system>';
  const formatted = formatSystem(new Source('x.system', text));
  assert.match(formatted, /\n<\?x y\?>\n<system xmlns:a="u">\n {4}<\?edit z\?>\n/);
  assert.is(formatSystem(new Source('x.system', formatted)), formatted);
});

run();
