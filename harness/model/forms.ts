// SPDX-License-Identifier: BSD-2-Clause
/**
 * Load and store instructions of A64 (DDI 0487, Loads and Stores): their effect on registers and memory, their
 * encoding, and whether a stage 2 abort has a syndrome for them (ESR_EL2, ISS.ISV).
 */

export interface Form {
  /** Assembler text with `t`, `t2`, `n` for the registers. */
  readonly text: string;
  /** The encoding with all register fields zero. */
  readonly word: number;
  /** Bytes for each data register. */
  readonly bytes: 1 | 2 | 4 | 8;
  readonly load: boolean;
  /** A load with sign extension. */
  readonly signed: boolean;
  /** The data register has 64 bits. */
  readonly wide: boolean;
  /** Two data registers. */
  readonly pair: boolean;
  /** The offset that is added to the base register, and whether and when the sum is written back. */
  readonly offset: number;
  readonly index: 'none' | 'pre' | 'post';
  /** Acquire or release. */
  readonly ordered: boolean;
  /** A stage 2 abort has a syndrome for it. */
  readonly syndrome: boolean;
}

const sizes = { 1: 0, 2: 1, 4: 2, 8: 3 } as const;
type Bytes = keyof typeof sizes;

interface Options {
  signed?: boolean;
  wide?: boolean;
  offset?: number;
  index?: 'pre' | 'post';
}

/** Bits 23 to 22 of a single-register load or store. */
const operation = (load: boolean, { signed = false, wide = false }: Options): number =>
  !load ? 0 : !signed ? 1 : wide ? 2 : 3;

const unsigned = (value: number): number => value >>> 0;

function mnemonic(load: boolean, bytes: Bytes, signed: boolean, unscaled: boolean): string {
  const suffix = { 1: 'b', 2: 'h', 4: signed ? 'w' : '', 8: '' }[bytes];
  return `${load ? 'ld' : 'st'}${unscaled ? 'u' : ''}r${signed ? 's' : ''}${suffix}`;
}

function single(load: boolean, bytes: Bytes, options: Options = {}): Form {
  const { signed = false, offset = 0, index } = options;
  const wide = options.wide ?? bytes === 8;
  const unscaled = index === undefined && (offset < 0 || offset % bytes !== 0);
  const common = (sizes[bytes] << 30) | (operation(load, { signed, wide }) << 22);
  const immediate = (offset & 0x1ff) << 12;
  const word =
    index !== undefined
      ? 0x38000000 | common | immediate | (index === 'pre' ? 0xc00 : 0x400)
      : unscaled
        ? 0x38000000 | common | immediate
        : 0x39000000 | common | ((offset / bytes) << 10);
  const place =
    index === 'post'
      ? `[n], #${offset}`
      : `[n${offset === 0 ? '' : `, #${offset}`}]${index === 'pre' ? '!' : ''}`;
  return {
    text: `${mnemonic(load, bytes, signed, unscaled)} ${wide ? 'x' : 'w'}t, ${place}`,
    word: unsigned(word),
    bytes,
    load,
    signed,
    wide,
    pair: false,
    offset,
    index: index ?? 'none',
    ordered: false,
    syndrome: index === undefined,
  };
}

function pair(load: boolean, bytes: 4 | 8, options: Options = {}): Form {
  const { signed = false, offset = 0, index } = options;
  const width = signed ? 1 : bytes === 8 ? 2 : 0;
  const kind = index === 'post' ? 1 : index === 'pre' ? 3 : 2;
  const word =
    0x28000000 | (width << 30) | (kind << 23) | ((load ? 1 : 0) << 22) | (((offset / bytes) & 0x7f) << 15);
  const wide = signed || bytes === 8;
  const registers = wide ? 'xt, xt2' : 'wt, wt2';
  const place =
    index === 'post'
      ? `[n], #${offset}`
      : `[n${offset === 0 ? '' : `, #${offset}`}]${index === 'pre' ? '!' : ''}`;
  return {
    text: `${load ? 'ldp' : 'stp'}${signed ? 'sw' : ''} ${registers}, ${place}`,
    word: unsigned(word),
    bytes,
    load,
    signed,
    wide,
    pair: true,
    offset,
    index: index ?? 'none',
    ordered: false,
    syndrome: false,
  };
}

function ordered(load: boolean, bytes: Bytes): Form {
  const suffix = { 1: 'b', 2: 'h', 4: '', 8: '' }[bytes];
  return {
    ...single(load, bytes),
    text: `${load ? 'lda' : 'stl'}r${suffix} ${bytes === 8 ? 'x' : 'w'}t, [n]`,
    word: unsigned((load ? 0x08dffc00 : 0x089ffc00) | (sizes[bytes] << 30)),
    ordered: true,
  };
}

/** Cases and the wire format name a form by its index here: append only. */
export const forms: readonly Form[] = [
  single(true, 4),
  single(false, 4),
  single(true, 1),
  single(false, 1),
  single(true, 2),
  single(false, 2),
  single(true, 8),
  single(false, 8),
  single(true, 1, { signed: true }),
  single(true, 1, { signed: true, wide: true }),
  single(true, 2, { signed: true }),
  single(true, 2, { signed: true, wide: true }),
  single(true, 4, { signed: true, wide: true }),
  single(true, 4, { offset: 16 }),
  single(false, 4, { offset: -4 }),
  single(true, 4, { offset: 4, index: 'post' }),
  single(true, 4, { offset: -4, index: 'pre' }),
  single(false, 4, { offset: 4, index: 'post' }),
  single(false, 4, { offset: -4, index: 'pre' }),
  single(true, 1, { offset: 1, index: 'post' }),
  single(false, 1, { offset: -255, index: 'pre' }),
  single(true, 2, { signed: true, wide: true, offset: 2, index: 'post' }),
  single(true, 4, { signed: true, wide: true, offset: 8, index: 'pre' }),
  single(true, 8, { offset: 8, index: 'post' }),
  single(false, 8, { offset: -8, index: 'pre' }),
  pair(true, 4),
  pair(false, 4),
  pair(true, 8),
  pair(false, 8),
  pair(true, 4, { signed: true }),
  pair(true, 4, { offset: 8, index: 'post' }),
  pair(false, 4, { offset: -8, index: 'pre' }),
  pair(true, 8, { offset: 16, index: 'pre' }),
  pair(false, 8, { offset: -16, index: 'post' }),
  pair(true, 4, { signed: true, offset: 8, index: 'post' }),
  ordered(true, 4),
  ordered(false, 4),
  ordered(true, 1),
  ordered(false, 1),
];

function find(load: boolean, bytes: Bytes): number {
  return forms.findIndex(
    (form) =>
      form.load === load &&
      form.bytes === bytes &&
      form.syndrome &&
      form.offset === 0 &&
      !form.signed &&
      !form.ordered,
  );
}

/** Indexes of the plain forms, by size of access in bytes. */
export const plain = {
  load: { 1: find(true, 1), 2: find(true, 2), 4: find(true, 4), 8: find(true, 8) },
  store: { 1: find(false, 1), 2: find(false, 2), 4: find(false, 4), 8: find(false, 8) },
} as const;

/** The encoding with its register fields filled in. */
export function encode(form: Form, rt: number, rt2: number, rn: number): number {
  return unsigned(form.word | (form.pair ? rt2 << 10 : 0) | (rn << 5) | rt);
}

/** Instruction syndrome of a stage 2 data abort by `form` (ISS bits 24 to 14); 0 when it has none. */
export function syndrome(form: Form, rt: number): number {
  if (!form.syndrome) return 0;
  const bits =
    (1 << 24) |
    (sizes[form.bytes] << 22) |
    ((form.signed ? 1 : 0) << 21) |
    (rt << 16) |
    ((form.wide ? 1 : 0) << 15) |
    ((form.ordered ? 1 : 0) << 14);
  return unsigned(bits);
}
