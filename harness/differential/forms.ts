// SPDX-License-Identifier: BSD-2-Clause
/**
 * Tables of the A64 instructions that access memory: encodings with all registers 0 (Arm ARM DDI 0487, C4.1). In the
 * text, `{t}`, `{t2}`, `{s}`, `{n}` and `{m}` stand for registers and `{i}` for the offset in bytes.
 */

export interface Form {
  text: string;
  word: number;
  /** Bytes that it accesses. */
  bytes: number;
  /** Position, width and unit of the immediate offset. */
  immediate?: { shift: number; bits: number; unit: number; signed: boolean };
  fields: readonly ('t' | 't2' | 's' | 'm')[];
  simd?: true;
  /** It writes the base register back, so the base must not be a data register too. */
  writeBack?: true;
}

const sizes = [
  { suffix: 'b', w: 'w', bytes: 1 },
  { suffix: 'h', w: 'w', bytes: 2 },
  { suffix: '', w: 'w', bytes: 4 },
  { suffix: '', w: 'x', bytes: 8 },
] as const;

const u = (value: number) => value >>> 0;

/** Loads and stores of one register: unsigned offset, unscaled, post, pre, unprivileged, register. */
function single(): Form[] {
  const made: Form[] = [];
  for (const [size, { suffix, w, bytes }] of sizes.entries()) {
    const kinds = [
      { name: `str${suffix}`, reg: w, opc: 0 },
      { name: `ldr${suffix}`, reg: w, opc: 1 },
      ...(size < 3 ? [{ name: `ldrs${['b', 'h', 'w'][size]}`, reg: 'x', opc: 2 }] : []),
      ...(size < 2 ? [{ name: `ldrs${suffix}`, reg: 'w', opc: 3 }] : []),
    ];
    for (const { name, reg, opc } of kinds) {
      const base = u((size << 30) | 0x3800_0000 | (opc << 22));
      const nine = { shift: 12, bits: 9, unit: 1, signed: true };
      const rt = `${reg}{t}`;
      made.push(
        {
          text: `${name} ${rt}, [x{n}, #{i}]`,
          word: u(base | 0x0100_0000),
          bytes,
          fields: ['t'],
          immediate: { shift: 10, bits: 12, unit: bytes, signed: false },
        },
        {
          text: `${name.replace(/^(..)/, '$1u')} ${rt}, [x{n}, #{i}]`,
          word: base,
          bytes,
          immediate: nine,
          fields: ['t'],
        },
        {
          text: `${name} ${rt}, [x{n}], #{i}`,
          word: u(base | 0x400),
          bytes,
          immediate: nine,
          fields: ['t'],
          writeBack: true,
        },
        {
          text: `${name} ${rt}, [x{n}, #{i}]!`,
          word: u(base | 0xc00),
          bytes,
          immediate: nine,
          fields: ['t'],
          writeBack: true,
        },
        {
          text: `${name.replace(/^(..)/, '$1t')} ${rt}, [x{n}, #{i}]`,
          word: u(base | 0x800),
          bytes,
          immediate: nine,
          fields: ['t'],
        },
        { text: `${name} ${rt}, [x{n}, x{m}]`, word: u(base | 0x0020_6800), bytes, fields: ['t', 'm'] },
        { text: `${name} ${rt}, [x{n}, w{m}, sxtw]`, word: u(base | 0x0020_c800), bytes, fields: ['t', 'm'] },
      );
    }
  }
  return made;
}

/** Pairs: no-allocate, post, offset, pre. */
function pairs(): Form[] {
  const kinds = [
    { names: ['stp', 'ldp'], reg: 'w', base: 0x2800_0000, unit: 4 },
    { names: ['', 'ldpsw'], reg: 'x', base: 0x6800_0000, unit: 4 },
    { names: ['stp', 'ldp'], reg: 'x', base: 0xa800_0000, unit: 8 },
    { names: ['stp', 'ldp'], reg: 's', base: 0x2c00_0000, unit: 4 },
    { names: ['stp', 'ldp'], reg: 'd', base: 0x6c00_0000, unit: 8 },
    { names: ['stp', 'ldp'], reg: 'q', base: 0xac00_0000, unit: 16 },
  ];
  const modes = [
    { bits: 0, text: '[x{n}, #{i}]', no: true },
    { bits: 1, text: '[x{n}], #{i}' },
    { bits: 2, text: '[x{n}, #{i}]' },
    { bits: 3, text: '[x{n}, #{i}]!' },
  ];
  return kinds.flatMap(({ names, reg, base, unit }) =>
    names.flatMap((name, load) =>
      modes.flatMap((mode): Form[] => {
        if (name === '' || (mode.no && name === 'ldpsw')) return [];
        return [
          {
            text: `${mode.no ? name.replace(/^(..)/, '$1n') : name} ${reg}{t}, ${reg}{t2}, ${mode.text}`,
            word: u(base | (mode.bits << 23) | (load << 22)),
            bytes: 2 * unit,
            immediate: { shift: 15, bits: 7, unit, signed: true },
            fields: ['t', 't2'],
            ...('sdq'.includes(reg) ? { simd: true } : {}),
            ...(mode.bits % 2 === 1 ? { writeBack: true } : {}),
          },
        ];
      }),
    ),
  );
}

/** Exclusive, load-acquire and store-release, and the atomics of LSE, which an Armv8.0 CPU lacks. */
function ordered(): Form[] {
  const made: Form[] = [];
  for (const [size, { suffix, w, bytes }] of sizes.entries()) {
    const base = u((size << 30) | 0x0800_0000);
    const rt = `${w}{t}`;
    const at = '[x{n}]';
    made.push(
      { text: `ldxr${suffix} ${rt}, ${at}`, word: u(base | 0x5f_7c00), bytes, fields: ['t'] },
      { text: `ldaxr${suffix} ${rt}, ${at}`, word: u(base | 0x5f_fc00), bytes, fields: ['t'] },
      { text: `stxr${suffix} w{s}, ${rt}, ${at}`, word: u(base | 0x7c00), bytes, fields: ['t', 's'] },
      { text: `stlxr${suffix} w{s}, ${rt}, ${at}`, word: u(base | 0xfc00), bytes, fields: ['t', 's'] },
      { text: `ldar${suffix} ${rt}, ${at}`, word: u(base | 0xdf_fc00), bytes, fields: ['t'] },
      { text: `stlr${suffix} ${rt}, ${at}`, word: u(base | 0x9f_fc00), bytes, fields: ['t'] },
      { text: `cas${suffix} ${w}{s}, ${rt}, ${at}`, word: u(base | 0xa0_7c00), bytes, fields: ['t', 's'] },
      {
        text: `ldadd${suffix} ${w}{s}, ${rt}, ${at}`,
        word: u((size << 30) | 0x3820_0000),
        bytes,
        fields: ['t', 's'],
      },
    );
    if (size < 2) continue;
    const both = `${rt}, ${w}{t2}`;
    made.push(
      { text: `ldxp ${both}, ${at}`, word: u(base | 0x7f_0000), bytes: 2 * bytes, fields: ['t', 't2'] },
      { text: `ldaxp ${both}, ${at}`, word: u(base | 0x7f_8000), bytes: 2 * bytes, fields: ['t', 't2'] },
      {
        text: `stxp w{s}, ${both}, ${at}`,
        word: u(base | 0x20_0000),
        bytes: 2 * bytes,
        fields: ['t', 't2', 's'],
      },
      {
        text: `stlxp w{s}, ${both}, ${at}`,
        word: u(base | 0x20_8000),
        bytes: 2 * bytes,
        fields: ['t', 't2', 's'],
      },
    );
  }
  return made;
}

/** Vector registers: single registers of any size, and structures. */
function vectors(): Form[] {
  const ones = [
    ['b', 0x3d00_0000, 1],
    ['h', 0x7d00_0000, 2],
    ['s', 0xbd00_0000, 4],
    ['d', 0xfd00_0000, 8],
    ['q', 0x3d80_0000, 16],
  ] as const;
  const plain = ones.flatMap(([reg, base, bytes]) =>
    ['str', 'ldr'].map(
      (name, load): Form => ({
        text: `${name} ${reg}{t}, [x{n}, #{i}]`,
        word: u(base | (load << 22)),
        bytes,
        immediate: { shift: 10, bits: 12, unit: bytes, signed: false },
        fields: ['t'],
        simd: true,
      }),
    ),
  );
  const structures: [string, number, number][] = [
    ['st1 {v0.16b}, [x{n}]', 0x4c00_7000, 16],
    ['ld1 {v0.16b}, [x{n}]', 0x4c40_7000, 16],
    ['st1 {v0.16b-v3.16b}, [x{n}]', 0x4c00_2000, 64],
    ['ld1 {v0.16b-v3.16b}, [x{n}]', 0x4c40_2000, 64],
    ['st4 {v0.16b-v3.16b}, [x{n}]', 0x4c00_0000, 64],
    ['ld4 {v0.16b-v3.16b}, [x{n}]', 0x4c40_0000, 64],
    ['ld1r {v0.16b}, [x{n}]', 0x4d40_c000, 1],
    ['st1 {v0.b}[0], [x{n}]', 0x0d00_0000, 1],
    ['ld1 {v0.b}[0], [x{n}]', 0x0d40_0000, 1],
    ['ld1 {v0.s}[1], [x{n}]', 0x0d40_9000, 4],
  ];
  return [
    ...plain,
    ...structures.map(([text, word, bytes]): Form => ({ text, word, bytes, fields: [], simd: true })),
  ];
}

/** Cache maintenance by address and address translation. x{t} is the address. */
export const addressed: readonly { text: string; word: number }[] = [
  { text: 'dc zva, x{t}', word: 0xd50b_7420 },
  { text: 'dc cvac, x{t}', word: 0xd50b_7a20 },
  { text: 'dc cvau, x{t}', word: 0xd50b_7b20 },
  { text: 'dc civac, x{t}', word: 0xd50b_7e20 },
  { text: 'dc ivac, x{t}', word: 0xd508_7620 },
  { text: 'ic ivau, x{t}', word: 0xd50b_7520 },
  { text: 'at s1e1r, x{t}', word: 0xd508_7800 },
  { text: 'at s1e1w, x{t}', word: 0xd508_7820 },
  { text: 'at s1e0r, x{t}', word: 0xd508_7840 },
  { text: 'at s1e0w, x{t}', word: 0xd508_7860 },
];

export const forms: readonly Form[] = [
  ...single(),
  ...pairs(),
  ...ordered(),
  ...vectors(),
  {
    text: 'prfm pldl1keep, [x{n}, #{i}]',
    word: 0xf980_0000,
    bytes: 8,
    fields: [],
    immediate: { shift: 10, bits: 12, unit: 8, signed: false },
  },
];

export interface Operands {
  n: number;
  t?: number;
  t2?: number;
  s?: number;
  m?: number;
  /** Offset in units of the form. */
  i?: number;
}

const places = { t: 0, n: 5, t2: 10, s: 16, m: 16 } as const;

/** The encoding of an instruction and its text. */
export function encode(form: Form, operands: Operands): { word: number; text: string } {
  const { immediate } = form;
  const { i = 0 } = operands;
  let word = form.word | (operands.n << places.n);
  for (const field of form.fields) word |= (operands[field] ?? 0) << places[field];
  if (immediate) word |= (i & ((1 << immediate.bits) - 1)) << immediate.shift;
  const named = form.text.replace(/\{(t2|t|s|n|m|i)\}/g, (_, name: keyof Operands) =>
    String(name === 'i' ? i * (immediate?.unit ?? 1) : (operands[name] ?? 0)),
  );
  const fixed = named.replaceAll(/([wx])31\b/g, '$1zr').replaceAll('[xzr', '[sp');
  return { word: word >>> 0, text: fixed };
}
