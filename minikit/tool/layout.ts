// SPDX-License-Identifier: BSD-2-Clause
/**
 * The system table, by which minikit's tool describes the system to the kernel: records behind the kernel in the image.
 *
 * An image has the kernel (entered at its first byte), then the system table, then the program segments, each
 * page-aligned and used in place. The tool places everything in physical memory. The kernel only builds page tables
 * from this table, clears memory, and starts the protection domains.
 *
 * This file defines the format. `layoutHeader()` generates the C header from it, `packRecord()` encodes records.
 */

/** Bytes of each field type. All values are little-endian, and naturally aligned by the order of the fields. */
const fieldSizes = { u64: 8, u32: 4, name: 64 } as const;
export type FieldType = keyof typeof fieldSizes;

/** Name, type and meaning of a field. The meaning becomes the comment in the C header. */
type FieldTable = readonly (readonly [name: string, type: FieldType, meaning: string])[];

/** An index that refers to nothing, such as no parent. */
export const none = 0xffff_ffff;
export const systemMagic = 0x6d6b_7379_7374_656dn; // "mksystem"
export const systemVersion = 2;

/** Bits of `map.flags`. */
export const mapFlags = { read: 1, write: 2, execute: 4, cached: 8 } as const;
/** Bits of `pd.flags`. */
export const pdFlags = { passive: 1, smc: 2, noFpu: 4 } as const;
/** Bits of `channel.flags`: A and B are the two ends of a channel. */
export const channelFlags = { aNotifies: 1, bNotifies: 2, aCalls: 4, bCalls: 8 } as const;
/** Values of `irq.trigger`. */
export const irqTriggers = { level: 0, edge: 1 } as const;

/** Heap pages that the kernel takes for the object of one protection domain, and of one vCPU. */
export const heapPages = { pd: 3, vcpu: 1 } as const;

export const records = {
  system: [
    ['magic', 'u64', 'systemMagic'],
    ['version', 'u32', 'systemVersion'],
    ['size', 'u32', 'bytes of the whole table, strings and all'],
    [
      'heap_base',
      'u64',
      'physical memory for the kernel: page tables and objects (see heapSize), 4 KiB aligned',
    ],
    ['heap_size', 'u64', ''],
    ['space_first', 'u32', 'offset in bytes from the start of the table; the same for the pairs below'],
    ['space_count', 'u32', ''],
    ['map_first', 'u32', ''],
    ['map_count', 'u32', ''],
    ['pd_first', 'u32', ''],
    ['pd_count', 'u32', ''],
    ['vcpu_first', 'u32', ''],
    ['vcpu_count', 'u32', ''],
    ['channel_first', 'u32', ''],
    ['channel_count', 'u32', ''],
    ['irq_first', 'u32', ''],
    ['irq_count', 'u32', ''],
    ['clear_first', 'u32', ''],
    ['clear_count', 'u32', ''],
    ['fill_first', 'u32', ''],
    ['fill_count', 'u32', ''],
  ],
  /** A stage-2 address space: one for each protection domain, then one for each virtual machine. */
  space: [
    ['first_map', 'u32', 'index of its first map'],
    ['map_count', 'u32', 'its maps are consecutive'],
  ],
  map: [
    ['vaddr', 'u64', 'address in the protection domain, or IPA in the virtual machine'],
    ['paddr', 'u64', ''],
    ['size', 'u64', 'bytes, a multiple of 4 KiB'],
    ['page_size', 'u32', '4 KiB or 2 MiB'],
    ['flags', 'u32', 'mapFlags'],
  ],
  /** A protection domain. */
  pd: [
    ['name', 'name', 'NUL-terminated'],
    ['entry', 'u64', 'first PC'],
    ['stack_top', 'u64', 'first SP'],
    ['ipc_buffer', 'u64', 'address in the protection domain; one of the maps of the space is for it'],
    ['ipc_buffer_paddr', 'u64', ''],
    ['budget_us', 'u64', 'microseconds in each period; equal to the period if there is no limit'],
    ['period_us', 'u64', ''],
    ['space', 'u32', 'index'],
    ['priority', 'u32', '0 to 254; higher runs first'],
    ['parent', 'u32', 'index of the protection domain that handles its faults, or none'],
    ['id', 'u32', 'child id in the parent'],
    ['flags', 'u32', 'pdFlags'],
    ['start', 'u32', 'position in the order of starting; of equal priorities the last runs first'],
  ],
  /** A virtual CPU of a virtual machine. */
  vcpu: [
    ['name', 'name', 'of the virtual machine'],
    ['budget_us', 'u64', ''],
    ['period_us', 'u64', ''],
    ['space', 'u32', 'index; the vCPUs of one virtual machine share it'],
    ['priority', 'u32', ''],
    ['pd', 'u32', 'index of the protection domain that is its VMM'],
    ['id', 'u32', 'child id in the VMM'],
  ],
  channel: [
    ['pd_a', 'u32', 'index'],
    ['id_a', 'u32', "channel id at A's end"],
    ['pd_b', 'u32', ''],
    ['id_b', 'u32', ''],
    ['flags', 'u32', 'channelFlags'],
    ['reserved', 'u32', ''],
  ],
  irq: [
    ['intid', 'u32', 'SPI number + 32, or a PPI'],
    ['trigger', 'u32', 'irqTriggers'],
    ['pd', 'u32', 'index'],
    ['id', 'u32', 'channel id'],
  ],
  /** Contents of a file in the image, to be copied to a memory region. */
  fill: [
    ['paddr', 'u64', 'destination, in memory that has been cleared'],
    ['from', 'u64', 'source, in the image'],
    ['size', 'u64', 'bytes'],
  ],
  /** Physical memory to clear before the first protection domain runs. */
  clear: [
    ['paddr', 'u64', ''],
    ['size', 'u64', ''],
  ],
} as const satisfies Record<string, FieldTable>;

export type RecordName = keyof typeof records;
type Field<R extends RecordName> = (typeof records)[R][number];
/** The values of a record: numbers or bigints, a string for a `name`. */
export type RecordValues<R extends RecordName> = {
  [F in Field<R> as F[0]]: F[1] extends 'name' ? string : number | bigint;
};

/** Size of a record in bytes. */
export function recordSize(record: RecordName): number {
  const fields: FieldTable = records[record];
  return fields.reduce((size, [, type]) => size + fieldSizes[type], 0);
}

/** Encodes a record. Throws RangeError when a value does not fit its field. */
export function packRecord<R extends RecordName>(record: R, values: RecordValues<R>): Buffer {
  const bytes = Buffer.alloc(recordSize(record));
  const fields: FieldTable = records[record];
  let offset = 0;
  for (const [name, type] of fields) {
    const value = values[name as keyof RecordValues<R>] as string | number | bigint;
    if (type === 'u64') bytes.writeBigUInt64LE(BigInt(value), offset);
    else if (type === 'u32') bytes.writeUInt32LE(Number(value), offset);
    else if (Buffer.byteLength(String(value)) < fieldSizes.name) bytes.write(String(value), offset);
    else throw new RangeError(`${record}.${name} takes at most ${fieldSizes.name - 1} bytes, got ${value}`);
    offset += fieldSizes[type];
  }
  return bytes;
}

type Extent = { vaddr: number; size: number; pageSize: number };

/**
 * Bytes of heap that the kernel needs: its objects, and the stage 2 tables of each space. Those are two pages for the
 * root, a page for each GiB with a map in it, and a page for each 2 MiB with a map of 4 KiB pages.
 */
export function heapSize(spaces: readonly (readonly Extent[])[], pds: number, vcpus: number): number {
  const touched = (maps: readonly Extent[], unit: number) => {
    const blocks = new Set<number>();
    for (const { vaddr, size } of maps)
      for (let block = Math.floor(vaddr / unit); block * unit < vaddr + size; block++) blocks.add(block);
    return blocks.size;
  };
  const tables = spaces.map((maps) => {
    const small = maps.filter((map) => map.pageSize === 0x1000);
    return 2 + touched(maps, 2 ** 30) + touched(small, 2 ** 21);
  });
  const rootAlignment = 1;
  const pages = tables.reduce((sum, count) => sum + count, rootAlignment);
  return 0x1000 * (pages + pds * heapPages.pd + vcpus * heapPages.vcpu);
}

const snake = (name: string) => name.replace(/[A-Z]/g, (c) => `_${c}`).toUpperCase();
const cTypes = {
  u64: (n: string) => `uint64_t ${n}`,
  u32: (n: string) => `uint32_t ${n}`,
  name: (n: string) => `char ${n}[64]`,
};

/** Generates the C header: `struct mk_<record>` and `MK_<GROUP>_<FLAG>`. */
export function layoutHeader(): string {
  const lines = [
    '/* SPDX-License-Identifier: BSD-2-Clause */',
    '/* Made from minikit/tool/layout.ts. */',
    '#pragma once',
    '#include <stdint.h>',
    '',
  ];
  lines.push(
    `#define MK_NONE ${none}u`,
    `#define MK_SYSTEM_MAGIC ${systemMagic}ull`,
    `#define MK_SYSTEM_VERSION ${systemVersion}u`,
    `#define MK_PD_HEAP_PAGES ${heapPages.pd}u`,
    `#define MK_VCPU_HEAP_PAGES ${heapPages.vcpu}u`,
  );
  const groups = { MAP: mapFlags, PD: pdFlags, CHANNEL: channelFlags, IRQ: irqTriggers };
  for (const [group, flags] of Object.entries(groups)) {
    for (const [flag, value] of Object.entries(flags))
      lines.push(`#define MK_${group}_${snake(flag)} ${value}u`);
  }
  for (const record of Object.keys(records) as RecordName[]) {
    const fields: FieldTable = records[record];
    lines.push('', `struct mk_${record} {`);
    for (const [name, type, meaning] of fields)
      lines.push(`    ${cTypes[type](name)};${meaning && ` /* ${meaning} */`}`);
    lines.push(
      '};',
      `_Static_assert(sizeof(struct mk_${record}) == ${recordSize(record)}, "layout of mk_${record}");`,
    );
  }
  return `${lines.join('\n')}\n`;
}
