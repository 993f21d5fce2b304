// SPDX-License-Identifier: BSD-2-Clause
/** The replacements that turn C sources into mutants: for each node of the syntax tree, the texts that replace it. */
import type { Node } from 'web-tree-sitter';

/** A text that replaces a node. */
export interface Replacement {
  operator: string;
  /** Offsets in the source, in UTF-16 units. */
  from: number;
  to: number;
  instead: string;
}

type Operator = (node: Node) => Iterable<Replacement>;

const replace = (operator: string, node: Node, instead: string): Replacement => ({
  operator,
  from: node.startIndex,
  to: node.endIndex,
  instead,
});

const field = (node: Node, name: string): Node | undefined => node.childForFieldName(name) ?? undefined;

/** Comparisons, each with its variant at the boundary and its opposite. */
const comparisons: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '==': ['!='],
  '!=': ['=='],
};
const otherOperators: Readonly<Record<string, string>> = {
  '&&': '||',
  '||': '&&',
  '+': '-',
  '-': '+',
  '<<': '>>',
  '>>': '<<',
};
const masks: readonly string[] = ['&', '|', '^', '%'];

function* binary(node: Node): Generator<Replacement> {
  const sign = field(node, 'operator');
  const left = field(node, 'left');
  if (sign === undefined || left === undefined) return;
  for (const other of comparisons[sign.text] ?? []) yield replace('comparison', sign, other);
  const other = otherOperators[sign.text];
  if (other !== undefined) yield replace('operator', sign, other);
  if (masks.includes(sign.text)) yield replace('dropped mask', node, left.text);
}

function* constant(node: Node): Generator<Replacement> {
  // The compiler detects a shift by more than the width of a type, and an array of another size.
  const suffix = /(?<![uUlL])[uUlL]*$/.exec(node.text)?.[0] ?? '';
  const value = Number(node.text.slice(0, node.text.length - suffix.length));
  if (!Number.isSafeInteger(value)) return;
  // A larger array is not seen at run time.
  if (node.parent?.type !== 'array_declarator') yield replace('constant', node, `${value + 1}${suffix}`);
  if (value > 0) yield replace('constant', node, `${value - 1}${suffix}`);
}

function* condition(node: Node): Generator<Replacement> {
  const asked = field(node, 'condition');
  if (asked !== undefined) yield replace('negated condition', asked, `(!(${asked.text}))`);
}

function* unary(node: Node): Generator<Replacement> {
  const sign = field(node, 'operator')?.text;
  const argument = field(node, 'argument');
  if (argument !== undefined && (sign === '!' || sign === '~' || sign === '-'))
    yield replace('dropped operator', node, argument.text);
}

const assignments: Readonly<Record<string, string>> = { '|=': '=', '&=': '=', '+=': '-=', '-=': '+=' };

function* assignment(node: Node): Generator<Replacement> {
  const sign = field(node, 'operator');
  const other = sign && assignments[sign.text];
  if (sign !== undefined && other !== undefined) yield replace('operator', sign, other);
}

function* statement(node: Node): Generator<Replacement> {
  yield replace('dropped statement', node, ';');
}

/** Swaps neighbouring arguments. The compiler refuses those of different types. */
function* call(node: Node): Generator<Replacement> {
  const given = field(node, 'arguments')?.namedChildren.filter((one) => one !== null) ?? [];
  for (let index = 1; index < given.length; index += 1) {
    const [first, second] = [given[index - 1], given[index]];
    if (first === undefined || second === undefined || first.text === second.text) continue;
    const between = node.text.slice(first.endIndex - node.startIndex, second.startIndex - node.startIndex);
    yield {
      operator: 'swapped arguments',
      from: first.startIndex,
      to: second.endIndex,
      instead: `${second.text}${between}${first.text}`,
    };
  }
}

function* subscript(node: Node): Generator<Replacement> {
  const index = field(node, 'index');
  // A constant index already has its own mutants.
  if (index !== undefined && index.type !== 'number_literal')
    yield replace('wrong index', index, `(${index.text}) + 1`);
}

/** The return values of a function that returns early, by its type. */
const answers: Readonly<Record<string, readonly string[]>> = {
  void: [''],
  bool: [' true', ' false'],
};

function* definition(node: Node): Generator<Replacement> {
  const [type, body] = [field(node, 'type')?.text ?? '', field(node, 'body')];
  const isPointer = field(node, 'declarator')?.type === 'pointer_declarator';
  if (body === undefined) return;
  const at = body.startIndex + 1;
  for (const answer of isPointer ? [' 0'] : (answers[type] ?? [' 0']))
    yield { operator: 'early return', from: at, to: at, instead: ` return${answer};` };
}

const byType: Readonly<Record<string, readonly Operator[]>> = {
  binary_expression: [binary],
  number_literal: [constant],
  if_statement: [condition],
  while_statement: [condition],
  conditional_expression: [condition],
  unary_expression: [unary],
  assignment_expression: [assignment],
  expression_statement: [statement],
  break_statement: [statement],
  continue_statement: [statement],
  call_expression: [call],
  subscript_expression: [subscript],
  function_definition: [definition],
};

/** Places without code at run time: the compiler finds faults there, or they are not in the library. */
const passedOver: readonly string[] = [
  'preproc_def',
  'preproc_function_def',
  'preproc_include',
  'comment',
  'enum_specifier',
];

/** Every replacement in a tree, in the order of the source. */
export function* replacements(node: Node): Generator<Replacement> {
  if (passedOver.includes(node.type) || node.text.startsWith('_Static_assert')) return;
  for (const operator of byType[node.type] ?? []) yield* operator(node);
  for (const child of node.namedChildren) if (child !== null) yield* replacements(child);
}
