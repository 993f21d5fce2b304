// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { DescriptionError } from '../../../harness/system/mistake.js';
import { Source } from '../../../harness/system/source.js';
import { parseXml } from '../../../harness/system/xml.js';
import { run, test } from '../../support/test.js';

/** `line:column what` of the mistake that a text is refused with; undefined when it is taken. */
function refusal(text: string): string | undefined {
  try {
    parseXml(new Source('x.system', text));
    return undefined;
  } catch (error) {
    if (!(error instanceof DescriptionError)) throw error;
    const [{ place, what }] = error.mistakes as [DescriptionError['mistakes'][number]];
    return `${place.line}:${place.column} ${what}`;
  }
}

test('elements, attributes and comments keep their order and their places', () => {
  const source = new Source(
    'x.system',
    '<system>\r\n  <!-- first -->\r\n  <a b="1"\r\n     c=\'2\'/>\r\n</system>',
  );
  const { content } = parseXml(source);
  const [comment, element] = content;
  assert.is(comment !== undefined && 'comment' in comment && comment.comment, ' first ');
  if (element === undefined || !('name' in element)) throw new Error('an element is there');
  assert.equal(source.place(element.start), { file: 'x.system', line: 3, column: 3 });
  assert.equal(
    element.attributes.map(({ name, value, start }) => [name, value, source.place(start).line]),
    [
      ['b', '1', 3],
      ['c', '2', 4],
    ],
  );
});

test('columns count characters, not UTF-16 units', () => {
  const source = new Source('x.system', '<a><!-- 𝄞 --><b/></a>');
  const [, element] = parseXml(source).content;
  assert.is(element !== undefined && source.place(element.start).column, 14);
});

test('references in attributes are resolved, white space becomes spaces', () => {
  const { attributes } = parseXml(new Source('x', '<a b="&lt;&#65;&#x42;&amp;\n\t&quot;&apos;&gt;"/>'));
  assert.is(attributes[0]?.value, '<AB&  "\'>');
});

// What is refused, and where.
const refused: [text: string, refusal: string][] = [
  ['', '1:1 there is no element'],
  ['  ', '1:1 there is no element'],
  ['just text', "1:1 a text does not belong here: 'just text'"],
  ['<a>', "1:1 Unclosed tag 'a'."],
  ['<a><b></a>', "1:7 Expected closing tag 'b' (opened in line 1, col 4) instead of closing tag 'a'."],
  ['<a><!-- never ends</a>', "1:1 Unclosed tag 'a'."],
  ['<a></a></b>', "1:8 Closing tag 'b' has not been opened."],
  ['<a/><b/>', '1:5 <b> follows the end of <a>'],
  ['<a/>text', "1:5 a text does not belong here: 'text'"],
  ['<a b=1/>', "1:4 Attribute 'b' is without value."],
  ['<a b/>', "1:4 boolean attribute 'b' is not allowed."],
  ['<a b="1" b="2"/>', "1:10 Attribute 'b' is repeated."],
  ['<a b="1"c="2"/>', "1:9 Attribute 'c' has no space in starting."],
  ['<a b="<"/>', '1:1 the attributes of <a> are malformed'],
  ['<a b="&nope;"/>', "1:1 attribute 'b' of <a> holds an unknown entity"],
  ['<a b="&#0;"/>', "1:1 attribute 'b' of <a> holds an unknown entity"],
  ['<a b="&#x110000;"/>', "1:1 attribute 'b' of <a> holds an unknown entity"],
  ['<a>\n <?x?><b/></a>', '2:2 an instruction (<? ?>) does not belong here'],
  ['<a> <b/>\n  text </a>', "2:3 a text does not belong here: 'text'"],
  ['<a b="&"/>', "1:1 attribute 'b' of <a> holds an unknown entity"],
  ['<a>&amp;</a>', "1:4 a text does not belong here: '&amp;'"],
  ['<a><![CDATA[x]]></a>', '1:4 a CDATA section does not belong here'],
  ['<a><?x y?></a>', '1:4 an instruction (<? ?>) does not belong here'],
  ['<?xml version="1.0" encoding"UTF-8"?><a/>', '1:1 an instruction (<? ?>) does not belong here'],
  ['<!DOCTYPE a><a/>', '1:1 a document type does not belong here'],
];

for (const [text, expected] of refused) {
  test(`the text ${JSON.stringify(text)} is refused with its place`, () => {
    assert.is(refusal(text), expected);
  });
}

test('a name that means something to JavaScript is a name like any other', () => {
  const { attributes } = parseXml(new Source('x', '<a __proto__="1" constructor="2"/>'));
  assert.equal(
    attributes.map(({ name }) => name),
    ['__proto__', 'constructor'],
  );
});

test('an entity that doubles itself is refused before it is expanded', () => {
  const entities = Array.from({ length: 30 }, (_, i) => `<!ENTITY e${i + 1} "&e${i};&e${i};">`).join('');
  assert.is(
    refusal(`<!DOCTYPE a [<!ENTITY e0 "x">${entities}]><a>&e30;</a>`),
    '1:1 a document type does not belong here',
  );
});

test('a document type inside a comment is a comment', () => {
  assert.is(refusal('<!-- <!DOCTYPE a> --><a/>'), undefined);
});

test('elements more than 70 deep are refused', () => {
  const deep = (depth: number) => `${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}`;
  assert.is(refusal(deep(70)), undefined);
  assert.match(refusal(deep(71)) ?? '', /70/);
  assert.match(refusal(deep(100_000)) ?? '', /70/);
});

test('the last character of Unicode may be referred to', () => {
  const { attributes } = parseXml(new Source('x', '<a b="&#x10FFFF;&#1;"/>'));
  assert.is(attributes[0]?.value, '\u{10FFFF}\u0001');
});

test('a description of more than 16 Mi characters is refused', () => {
  assert.is(refusal(`<a>${' '.repeat(16 * 1024 * 1024)}</a>`), '1:1 the description is too large');
});

test('a byte order mark and a declaration may stand first', () => {
  assert.is(refusal("\uFEFF<?xml version='1.0' standalone='yes' ?>\n<a/>"), undefined);
});

run();
