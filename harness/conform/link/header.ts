// SPDX-License-Identifier: BSD-2-Clause
/** Generates the C header of the protocol from the tables in this folder. */
import { crc32 } from 'node:zlib';
import { cHeader } from '../../base/c-header.js';
import { hex } from '../../base/text.js';
import {
  encode,
  extentGap,
  forms,
  mappedTables,
  patternByte,
  ramFill,
  restartDeviceTree,
  restartEntry,
  syndrome,
} from '../../model/index.js';
import { endReasons, eventRecords, outcomeRecords } from './events.js';
import { frameBytes, frameKinds, polynomial } from './frame.js';
import { greetingFlags, greetingRecord } from './greeting.js';
import { eventSizeTable, packDefines } from './pack.js';
import { fieldTypes, type RecordFormat, recordSize } from './records.js';
import { resetRecord, stepRecords } from './steps.js';

const upper = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c}`).toUpperCase();
const lower = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

function constants(prefix: string, values: Readonly<Record<string, number>>): string[] {
  const entries = Object.entries(values).map(([name, value]) => `    ${prefix}_${upper(name)} = ${value},`);
  return ['enum {', ...entries, '};', ''];
}

function structure(prefix: string, name: string, format: RecordFormat): string[] {
  const fields = Object.entries(format.fields).map(
    ([field, type]) => `    ${fieldTypes[type].c} ${lower(field)};`,
  );
  const type = `struct ${prefix}_${lower(name)}`;
  return [
    `${type} {`,
    '    uint8_t tag;',
    ...fields,
    '} __attribute__((packed));',
    `_Static_assert(sizeof(${type}) == ${recordSize(format)}, "layout of ${type}");`,
    '',
  ];
}

function records(prefix: string, formats: Readonly<Record<string, RecordFormat>>): string[] {
  const tags = Object.fromEntries(Object.entries(formats).map(([name, { tag }]) => [name, tag]));
  return [
    ...constants(prefix.toUpperCase(), tags),
    ...Object.entries(formats).flatMap(([name, format]) => structure(prefix, name, format)),
  ];
}

/** Size of each step by its tag, so that a target can find the next one. */
function sizes(): string[] {
  const formats: RecordFormat[] = [...Object.values(stepRecords), resetRecord];
  const entries = formats.map((format) => `    [${format.tag}] = ${recordSize(format)},`);
  return ['#define STEP_SIZES { \\', ...entries.map((entry) => `${entry} \\`), '}', ''];
}

/** Size of each record of an answer by its tag, and the constants of the packer. */
function packing(): string[] {
  const sizes = eventSizeTable.map((format) => `    [${format.tag}] = ${recordSize(format)}, \\`);
  const values = Object.entries(packDefines).map(([name, value]) => `#define PACK_${name} ${value}`);
  return ['#define EVENT_SIZES { \\', ...sizes, '}', ...values, ''];
}

/** Instruction forms, which a target must execute or raise a fault for. */
function formTable(): string[] {
  const index = { none: 0, pre: 1, post: 2 } as const;
  const rows = forms.map((form) => {
    const cells = [
      `${hex(form.word)}u`,
      `${hex(syndrome(form, 0))}u`,
      form.offset,
      form.bytes,
      Number(form.load),
      Number(form.signed),
      Number(form.wide),
      Number(form.pair),
      index[form.index],
    ];
    return `    {${cells.join(', ')}}, /* ${form.text} */ \\`;
  });
  return [
    'enum { FORM_INDEX_NONE, FORM_INDEX_PRE, FORM_INDEX_POST };',
    '/* A load or store: its encoding and syndrome with register fields zero, and what it does. */',
    'struct form {',
    '    uint32_t word;',
    '    uint32_t syndrome;',
    '    int16_t offset;',
    '    uint8_t bytes, load, is_signed, wide, pair, index;',
    '};',
    `enum { FORM_COUNT = ${forms.length} };`,
    '#define FORMS { \\',
    ...rows,
    '}',
    '',
  ];
}

/** Everything except the hash. */
function body(): string[] {
  return [
    ...constants('FRAME', frameBytes),
    ...constants('FRAME_KIND', frameKinds),
    `#define FRAME_CRC_POLYNOMIAL ${hex(polynomial)}u`,
    '',
    ...constants('GREETING_FLAG', greetingFlags),
    ...records('record', { greeting: greetingRecord }),
    ...records('step', { ...stepRecords, reset: resetRecord }),
    ...sizes(),
    ...packing(),
    ...records('event', eventRecords),
    ...records('outcome', outcomeRecords),
    ...constants('END_REASON', endReasons),
    ...formTable(),
    ...constants('MAPPED_TABLES', mappedTables),
    ...constants('IMAGES', { ramFill, extentGap, restartEntry, restartDeviceTree }),
  ];
}

/** Hash of the format. It identifies a target that was built from another version. */
export function protocolHash(): number {
  const sample = [encode(forms[0] ?? failForms(), 1, 2, 3), patternByte(1, 2, 3)];
  return crc32(new TextEncoder().encode([...body(), ...sample].join('\n')));
}

function failForms(): never {
  throw new Error('there are no instruction forms');
}

/** The header `conform_protocol.h`. */
export function protocolHeader(): string {
  const hash = `#define PROTOCOL_HASH ${hex(protocolHash())}u`;
  return cHeader('harness/conform/link', [hash, '', ...body()], ['stdint.h']);
}
