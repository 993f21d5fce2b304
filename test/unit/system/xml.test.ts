// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import { DescriptionError } from '../../../harness/system/mistake.js';
import { Source } from '../../../harness/system/source.js';
import { parseXml } from '../../../harness/system/xml.js';
import { run, test } from '../../support/test.js';

/** `line:column message` of the mistake for which a text is refused; undefined when it is accepted. */
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

// Refused texts, and the places of their mistakes.
const refused: [text: string, refusal: string][] = [
  ['', '1:1 there is no element'],
  ['  ', '1:1 there is no element'],
  ['just text', "1:1 text is not allowed here: 'just text'"],
  ['<a>', '1:1 <a> has no end tag'],
  ['<a><b></a>', '1:7 </a> does not end <b>'],
  ['<a><!-- never ends</a>', '1:4 this comment has no end'],
  ['<a></a></b>', '1:8 </b> ends nothing'],
  ['<a></a b="c">', '1:8 the tag </a> has no end'],
  ['<a></ a>', '1:4 </> does not end <a>'],
  ['<a/><b/>', '1:5 <b> follows the end of <a>'],
  ['<a/>text', "1:5 text is not allowed here: 'text'"],
  ['< a/>', '1:1 this is not a tag'],
  ['<1a/>', '1:1 this is not a tag'],
  ['<\u00d7/>', '1:1 this is not a tag'],
  ['<a', '1:1 the tag <a> has no end'],
  ['<a / >', '1:4 this is not an attribute'],
  ['<a b=1/>', "1:6 the value of 'b' has no quotes"],
  ['<a b="1/>', "1:6 the value of 'b' has no end"],
  ['<a b/>', "1:4 attribute 'b' has no value"],
  ['<a 1b="1"/>', '1:4 this is not an attribute'],
  ['<a b="1" b="2"/>', "1:10 attribute 'b' is given twice"],
  ['<a b="1"c="2"/>', '1:9 white space is missing here'],
  ['<a b="x<"/>', "1:8 the value of 'b' contains '<'"],
  ['<a b="x&nope;"/>', "1:8 the reference '&nope;' is unknown"],
  ['<a b="&#0;"/>', "1:7 the reference '&#0;' is unknown"],
  ['<a b="&#1;"/>', "1:7 the reference '&#1;' is unknown"],
  ['<a b="&#xD800;"/>', "1:7 the reference '&#xD800;' is unknown"],
  ['<a b="&#xFFFE;"/>', "1:7 the reference '&#xFFFE;' is unknown"],
  ['<a b="&#x110000;"/>', "1:7 the reference '&#x110000;' is unknown"],
  ['<a b="&#X41;"/>', "1:7 the reference '&#X41;' is unknown"],
  ['<a b="&lt;&"/>', "1:11 '&' must be written as &amp;"],
  ['<a> <b/>\n  text </a>', "2:3 text is not allowed here: 'text'"],
  ['<a>&amp;</a>', "1:4 text is not allowed here: '&amp;'"],
  ['<a>\u00a0</a>', "1:4 text is not allowed here: ''"],
  ['<a><![CDATA[x]]></a>', '1:4 a CDATA section is not allowed here'],
  ['<a><!-- b -- c --></a>', "1:11 a comment cannot contain '--'"],
  ['<a><!-- b ---></a>', "1:11 a comment cannot contain '--'"],
  ['<a><!-----></a>', "1:8 a comment cannot contain '--'"],
  ['<a><!-- \u0001 --></a>', '1:9 a character that XML does not allow'],
  ['<a b="\u001b"/>', '1:7 a character that XML does not allow'],
  ['<a>\ufffe</a>', '1:4 a character that XML does not allow'],
  ['<a><? x?></a>', '1:4 this instruction has no name'],
  ['<a><?x y></a>', '1:4 this instruction has no end'],
  ['<a><?x:y?></a>', "1:7 this is not allowed in the name of the instruction 'x'"],
  ['<a><?XML x?></a>', '1:4 an XML declaration is not allowed here'],
  ['\n<?xml version="1.0"?><a/>', '2:1 an XML declaration is not allowed here'],
  ['<?xml version="1.0" encoding"UTF-8"?><a/>', '1:1 the XML declaration is malformed'],
  ['<?xml version="2.0"?><a/>', '1:1 the XML declaration is malformed'],
  ['<?xml encoding="UTF-8"?><a/>', '1:1 the XML declaration is malformed'],
  ['<!DOCTYPE a><a/>', '1:1 a document type is not allowed here'],
  ['<b:a/>', "1:1 the prefix 'b' is not declared"],
  ['<a b:c=""/>', "1:4 the prefix 'b' is not declared"],
  ['<a><c xmlns:b="u"/><b:d/></a>', "1:20 the prefix 'b' is not declared"],
  ['<a xmlns:b=""/>', "1:4 the prefix 'b' is declared without a namespace"],
  ['<a xmlns:b="u" xmlns:b="v"/>', "1:16 attribute 'xmlns:b' is given twice"],
  ['<a xmlns:xml="u"/>', "1:4 the prefix 'xml' is reserved"],
  ['<a xmlns:xmlns="u"/>', "1:4 the prefix 'xmlns' cannot be declared"],
  ['<xmlns:a/>', "1:1 the prefix 'xmlns' is not declared"],
  ['<:a/>', '1:1 this is not a tag'],
  ['<a:b:c xmlns:a="u"/>', '1:5 white space is missing here'],
  ['<a>\n#include "b"\n</a>', '2:1 #include is a directive of the C preprocessor, which has not been run'],
  ['<a>\n# 1 "b.system"\n</a>', '2:1 a line marker of the C preprocessor is not allowed here'],
];

// Accepted texts. The Microkit tool accepts them too.
const taken: string[] = [
  '<a><!----></a>',
  '<a><!-->--></a>',
  '<a><!-- - --></a><!-- behind -->',
  '<!-- before --><a/>',
  '<?x y?><a><?x?><b/><?x-y z ? ?></a><?x y?>',
  '<a xmlns="u" xmlns:b="v"><b:c b:d="1"><e b:f=""/></b:c></a>',
  '<a xmlns:xml="http://www.w3.org/XML/1998/namespace" xml:space="preserve"/>',
  '<a b = \'c>\' d\n=\n"\u007f\u0085"/>',
  '<a b="&#0000000000000000065;&#x10FFFF;"/>',
  '<a></a\n>',
  '<?xml\tversion="1.1" encoding="ISO-8859-1"?><a\r>\r</a>',
  '<\u00e9.-1\u{10000}/>',
];

for (const text of taken) {
  test(`the text ${JSON.stringify(text)} is accepted`, () => {
    assert.is(refusal(text), undefined);
  });
}

for (const [text, expected] of refused) {
  test(`the text ${JSON.stringify(text)} is refused with its place`, () => {
    assert.is(refusal(text), expected);
  });
}

test('a name with a meaning in JavaScript is a name like any other', () => {
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
    '1:1 a document type is not allowed here',
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

test('a reference to the last character of Unicode is valid', () => {
  const { attributes } = parseXml(new Source('x', '<a b="&#x10FFFF;&#9;"/>'));
  assert.is(attributes[0]?.value, '\u{10FFFF}\t');
});

test('a two-character line end is one space in a value', () => {
  assert.is(parseXml(new Source('x', '<a b="1\r\n2\r3"/>')).attributes[0]?.value, '1 2 3');
});

test('a description of more than 16 Mi characters is refused', () => {
  assert.is(refusal(`<a>${' '.repeat(16 * 1024 * 1024)}</a>`), '1:1 the description is too large');
});

test('a byte order mark and a declaration may come first', () => {
  assert.is(refusal("\uFEFF<?xml version='1.0' standalone='yes' ?>\n<a/>"), undefined);
});

test('constructs without an end are found in one pass: 4 MiB of each are refused', () => {
  const mebibytes = (text: string) => text.repeat(Math.ceil((4 * 2 ** 20) / text.length));
  const attributes = Array.from({ length: 200_000 }, (_, index) => `a${index}=""`).join(' ');
  for (const text of [
    mebibytes('<!--'),
    `<a>${mebibytes('<!-- ')}</a>`,
    `<a ${attributes}/>`,
    `<a b="${mebibytes('&lt;')}&"/>`,
    `<a b="${mebibytes('&#x')}"/>`,
    `<a ${mebibytes(' \t')}`,
    mebibytes('<?'),
    mebibytes('<a '),
    mebibytes('<a><b/>'),
    mebibytes('<a/>'),
    mebibytes(']]>'),
  ])
    assert.type(refusal(text), 'string', text.slice(0, 20));
});

run();
