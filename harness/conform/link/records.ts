// SPDX-License-Identifier: BSD-2-Clause
/**
 * Records, of which a frame's payload consists: a tag of one byte, then the fields in order, little-endian, without
 * padding. The tables in `steps.ts` and `events.ts` define the format. `header.ts` generates C from them.
 */

export const fieldTypes = {
  u8: { size: 1, c: 'uint8_t' },
  bool: { size: 1, c: 'uint8_t' },
  u16: { size: 2, c: 'uint16_t' },
  u32: { size: 4, c: 'uint32_t' },
  i32: { size: 4, c: 'int32_t' },
  u64: { size: 8, c: 'uint64_t' },
} as const;
export type FieldType = keyof typeof fieldTypes;

/** The fields of a record by name, in order. */
export type Fields = Readonly<Record<string, FieldType>>;
export interface RecordFormat {
  /** The first byte of the record. */
  readonly tag: number;
  readonly fields: Fields;
}

export type FieldValue<T extends FieldType> = T extends 'u64' ? bigint : T extends 'bool' ? boolean : number;
/** The values of a record. */
export type Values<F extends Fields> = { -readonly [K in keyof F]: FieldValue<F[K]> };

type Formats = Readonly<Record<string, RecordFormat>>;
/** A record of a table: its name, in the property `Key`, and the values of its fields. */
type RecordOf<Key extends string, Table extends Formats> = {
  [Name in keyof Table]: Readonly<Record<Key, Name>> & Values<Table[Name]['fields']>;
}[keyof Table];

/** Bytes of a record, including its tag. */
export function recordSize({ fields }: RecordFormat): number {
  return Object.values(fields).reduce((size, type) => size + fieldTypes[type].size, 1);
}

/** Writes records into a buffer that grows. */
export class RecordWriter {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A copy of the bytes written so far. */
  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  /** Adds a record. `values` must have all its fields. */
  add(format: RecordFormat, values: Readonly<Record<string, unknown>>): void {
    this.#room(recordSize(format));
    this.#bytes[this.#length++] = format.tag;
    for (const name in format.fields) this.#field(format.fields[name] as FieldType, values[name]);
  }

  #field(type: FieldType, value: unknown): void {
    const at = this.#length;
    this.#length += fieldTypes[type].size;
    if (type === 'u8') this.#bytes[at] = value as number;
    else if (type === 'bool') this.#bytes[at] = value ? 1 : 0;
    else if (type === 'u16') this.#view.setUint16(at, value as number, true);
    else if (type === 'u32' || type === 'i32') this.#view.setUint32(at, value as number, true);
    else this.#view.setBigUint64(at, value as bigint, true);
  }

  #room(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const bigger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + size));
    bigger.set(this.#bytes);
    this.#bytes = bigger;
    this.#view = new DataView(bigger.buffer);
  }
}

/** Reads records from a buffer. */
export class RecordReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** The next record's tag; -1 at the end. */
  tag(): number {
    return this.#bytes[this.#at++] ?? -1;
  }

  /** The fields of the record whose tag was read. Throws RangeError when it is truncated. */
  fields<F extends Fields>(fields: F): Values<F> {
    const values: Record<string, unknown> = {};
    for (const name in fields) values[name] = this.field(fields[name] as FieldType);
    return values as Values<F>;
  }

  u16(): number {
    return this.field('u16') as number;
  }

  /** Throws RangeError when it is truncated. */
  field(type: FieldType): FieldValue<FieldType> {
    const at = this.#at;
    this.#at += fieldTypes[type].size;
    switch (type) {
      case 'u8':
        return this.#view.getUint8(at);
      case 'bool':
        return this.#view.getUint8(at) !== 0;
      case 'u16':
        return this.#view.getUint16(at, true);
      case 'u32':
        return this.#view.getUint32(at, true);
      case 'i32':
        return this.#view.getInt32(at, true);
      case 'u64':
        return this.#view.getBigUint64(at, true);
    }
  }
}

/** The records of a table. The types of what it makes follow from the table. */
export class RecordTable<Key extends string, Table extends Formats> {
  readonly #names: ReadonlyMap<number, string>;

  constructor(
    /** How errors name a record: `step`. */
    readonly subject: string,
    readonly key: Key,
    readonly formats: Table,
  ) {
    this.#names = new Map(Object.entries(formats).map(([name, { tag }]) => [tag, name]));
  }

  /** The next record. Throws RangeError when it is truncated or its tag is unknown. */
  read(reader: RecordReader): RecordOf<Key, Table> {
    const tag = reader.tag();
    const name = this.#names.get(tag);
    if (name === undefined) throw new RangeError(`no ${this.subject} has tag ${tag}`);
    return this.make(name, (_, type) => reader.field(type));
  }

  /** The record `name` with the values of `take`, which leaves out a field by undefined. */
  make(
    name: keyof Table,
    take: (field: string, type: FieldType) => FieldValue<FieldType> | undefined,
  ): RecordOf<Key, Table> {
    const values: Record<string, unknown> = { [this.key]: name };
    const fields = this.formats[name]?.fields;
    for (const field in fields) {
      const value = take(field, fields[field] as FieldType);
      if (value !== undefined) values[field] = value;
    }
    return values as RecordOf<Key, Table>;
  }
}
