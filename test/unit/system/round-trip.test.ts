// SPDX-License-Identifier: BSD-2-Clause
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { Comment, camel, Element, specOf } from '../../../harness/system/element.js';
import { readSystem } from '../../../harness/system/read.js';
import { Source } from '../../../harness/system/source.js';
import { inAnyVersion } from '../../../harness/system/types.js';
import type { Kind } from '../../../harness/system/values.js';
import type { AttributeSpec, ChildSpec, ElementType } from '../../../harness/system/vocabulary.js';
import { writeSystem } from '../../../harness/system/write.js';
import { run, test } from '../../support/test.js';

const nowhere = { place: () => ({ file: '', line: 1, column: 1 }) };

/** Any text, including characters that are special in XML. */
const anyLetter = fc.oneof(
  fc.constantFrom('<', '>', '&', '"', "'", '\t', '\n', '\r', ' '),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
);
const anyText = fc.string({ unit: anyLetter });
const anyValue: Record<Kind, fc.Arbitrary<unknown>> = {
  text: anyText,
  number: fc.maxSafeNat(),
  decimal: fc.integer(),
  unsigned: fc.nat(),
  boolean: fc.boolean(),
  permissions: fc.constantFrom('', 'r', 'w', 'x', 'rw', 'rx', 'wx', 'rwx'),
  trigger: fc.constantFrom('level', 'edge'),
  duration: fc.record(
    { value: fc.integer({ min: 1 }), unit: fc.constantFrom('us', 'ticks') },
    { noNullPrototype: true },
  ),
  bootinfo: fc.constantFrom('fdt', 'x86_vbe'),
};

/** Any attributes of a type: all required ones and some of the others. */
function attributesOf(type: ElementType): fc.Arbitrary<object> {
  const specs = Object.entries(specOf(type).attributes as Record<string, AttributeSpec>);
  const values = Object.fromEntries(specs.map(([name, { kind }]) => [camel(name), anyValue[kind]]));
  const requiredKeys = specs.filter(([, { required }]) => required).map(([name]) => camel(name));
  return fc.record(values, { requiredKeys, noNullPrototype: true } as object);
}

const counts = { one: [1, 1], optional: [0, 1], many: [0, 2], some: [1, 2], two: [2, 2] } as const;

/** Any element of a type with as many children as it may have, in any order, and comments between them. */
function elementOf(type: ElementType, depth: number): fc.Arbitrary<Element> {
  const specs = Object.entries(specOf(type).children as Record<string, ChildSpec>);
  const groups = specs.map(([name, { as = name, count }]) => {
    const [minLength, most] = counts[count];
    const maxLength = depth === 0 ? minLength : most;
    if (maxLength === 0) return fc.constant([]);
    return fc.array(elementOf(as as ElementType, Math.max(0, depth - 1)), { minLength, maxLength });
  });
  const comments = fc.array(fc.constantFrom(' a remark ', '', '\n two\n lines '), { maxLength: 2 });
  const nodes = fc.tuple(comments, ...groups).chain(([texts, ...found]) => {
    const all: (Element | Comment)[] = [...texts.map((text) => new Comment(text)), ...found.flat()];
    return all.length === 0
      ? fc.constant(all)
      : fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
  });
  return fc.tuple(attributesOf(type), nodes).map(([attributes, content]) => {
    const element = new Element(type, inAnyVersion(type, attributes), nowhere);
    element.content.push(...content);
    return element;
  });
}

/** An element without what the reader adds: its type, attributes and content. */
function plain(node: Element | Comment): unknown {
  if (node instanceof Comment) return node.text;
  const { type, attributes, content } = node;
  return [type, Object.fromEntries(Object.entries(attributes).sort()), content.map(plain)];
}

test('any system reads back as it was written, including order and comments', () => {
  fc.assert(
    fc.property(elementOf('system', 3), (element) => {
      const text = writeSystem(element as Element<'system'>);
      const { system, mistakes } = readSystem(new Source('x.system', text), '2.3.0');
      assert.equal(mistakes, []);
      assert.equal(plain(system), plain(element));
      assert.is(writeSystem(system), text);
    }),
    { numRuns: 60 },
  );
});

run();
