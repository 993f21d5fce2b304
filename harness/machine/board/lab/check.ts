// SPDX-License-Identifier: BSD-2-Clause
/** Checks a parsed lab file against the schema and finds every mistake at once. */
import type { ErrorDetail } from '../../../base/error.js';
import { nearest } from '../../../base/spelling.js';
import type { TomlPath } from '../../../base/toml-places.js';
import type { Field, Fields } from './schema.js';

export interface LabMistake {
  what: string;
  path: TomlPath;
  detail: Omit<ErrorDetail, 'where' | 'cause'>;
  /** A word that may be a misspelling of another. It is looked up only for mistakes that are shown. */
  unknown?: { word: string; among: readonly string[] };
}

/** The detail of a mistake, with a suggestion for a misspelt word. */
export function detailOf({ detail, unknown }: LabMistake): LabMistake['detail'] {
  const near = unknown && nearest(unknown.word, unknown.among);
  return near === undefined ? detail : { ...detail, wayOut: `did you mean "${near}"?` };
}

type Table = Record<string, unknown>;

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** Characters of a value that an error shows. */
const shownValue = 100;

/** The kind of a value, for an error. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a date';
  if (isTable(value)) return 'a table';
  const shown = JSON.stringify(value);
  return shown.length > shownValue ? `${shown.slice(0, shownValue)}...` : shown;
}

const wanted: Record<Field['kind'], string> = {
  text: 'text in quotes',
  number: 'a number',
  switch: 'true or false',
  texts: 'a list of texts',
  table: 'a table',
  tables: 'named tables: [board.NAME]',
  'word or table': 'a word or a table',
};

/** The mistakes in a table and everything below it. */
export function checkTable(table: Table, fields: Fields, path: TomlPath = []): LabMistake[] {
  const unknown = Object.keys(table)
    .filter((key) => !Object.hasOwn(fields, key))
    .map((key) => ({
      what: `there is no key ${key} ${path.length === 0 ? 'here' : `in ${path.join('.')}`}`,
      path: [...path, key],
      detail: {},
      unknown: { word: key, among: Object.keys(fields) },
    }));
  const missing = Object.entries(fields)
    .filter(([key, { required }]) => required && !Object.hasOwn(table, key))
    .map(([key, { about }]) => ({
      what: `${path.length === 0 ? 'the file' : path.join('.')} has no ${key}`,
      path,
      detail: { expected: `${key}: ${about}` },
    }));
  const known = Object.entries(fields).filter(([key]) => Object.hasOwn(table, key));
  return [
    ...unknown,
    ...missing,
    ...known.flatMap(([key, field]) => checkValue(table[key], field, [...path, key])),
  ];
}

function checkValue(value: unknown, field: Field, path: TomlPath): LabMistake[] {
  const wrong = (expected: string, unknown?: LabMistake['unknown']): LabMistake[] => [
    {
      what: `${path.join('.')} is not valid`,
      path,
      detail: { expected, got: kindOf(value) },
      ...(unknown !== undefined && { unknown }),
    },
  ];
  switch (field.kind) {
    case 'text':
      if (typeof value !== 'string') return wrong(wanted.text);
      return field.among === undefined ? [] : checkWord(value, field.among, wrong);
    case 'number':
      return checkNumber(value, field, wrong);
    case 'switch':
      return typeof value === 'boolean' ? [] : wrong(wanted.switch);
    case 'texts':
      return Array.isArray(value) && value.every((one) => typeof one === 'string') ? [] : wrong(wanted.texts);
    case 'table':
      return isTable(value) ? checkTable(value, field.fields, path) : wrong(wanted.table);
    case 'tables': {
      if (!isTable(value)) return wrong(wanted.tables);
      return Object.entries(value).flatMap(([name, one]) =>
        isTable(one)
          ? checkTable(one, field.fields, [...path, name])
          : checkValue(one, { ...field, kind: 'table' }, [...path, name]),
      );
    }
    case 'word or table':
      if (typeof value === 'string') return checkWord(value, field.among, wrong);
      return isTable(value) ? checkTable(value, field.fields, path) : wrong(wanted['word or table']);
  }
}

type Wrong = (expected: string, unknown?: LabMistake['unknown']) => LabMistake[];

function checkWord(value: string, among: readonly string[], wrong: Wrong): LabMistake[] {
  return among.includes(value) ? [] : wrong(`one of ${among.join(', ')}`, { word: value, among });
}

function checkNumber(value: unknown, field: Field & { kind: 'number' }, wrong: Wrong): LabMistake[] {
  const { least, most, whole } = field;
  const number = typeof value === 'number' && value >= least && value <= most;
  if (number && (!whole || Number.isInteger(value))) return [];
  return wrong(`a ${whole ? 'whole ' : ''}number from ${least} to ${most}`);
}
