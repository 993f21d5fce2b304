// SPDX-License-Identifier: BSD-2-Clause
/** What binutils' disassembler says of loads and stores, in the fields of libvmm's decoder. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { inFolder } from '../../support/folder.js';

export type Fields = Readonly<Record<string, number>>;

/** Names of libvmm's kinds, as numbers. */
const kinds = { exclusive: 1, atomic: 2, simd: 3 };
const vectorBytes: Readonly<Record<string, number>> = { b: 1, h: 2, s: 4, d: 8, q: 16 };
const extensions: Readonly<Record<string, number>> = { uxtw: 2, lsl: 3, sxtw: 6, sxtx: 7 };

/** The disassembly of each word, as address, mnemonic and operands. */
export async function disassemble(words: readonly number[]): Promise<string[]> {
  const source = words.map((word) => `.inst 0x${word.toString(16)}\n`).join('');
  return inFolder({ 'a.s': source }, (folder) => {
    const object = join(folder, 'a.o');
    execFileSync('aarch64-linux-gnu-as', ['-o', object, join(folder, 'a.s')]);
    const text = execFileSync('aarch64-linux-gnu-objdump', ['-d', '-M', 'no-aliases', object], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    return text.split('\n').filter((line) => /^ *[0-9a-f]+:\t/.test(line));
  });
}

const numberOf = (register: string): number =>
  /^(sp|[wx]zr)$/.test(register) ? 31 : Number(register.slice(1));

/** Operands, split at the commas outside of brackets and braces. */
const operandsOf = (text: string): string[] =>
  (text.match(/\[[^\]]*\]!?|\{[^}]*\}(?:\[\d+\])?|[^,\s][^,]*/g) ?? []).map((one) => one.trim());

/** Base, offset, index and write-back. */
function addressOf(operands: readonly string[]): Fields {
  const place = operands.findIndex((one) => one.startsWith('['));
  const [base = '', second = '', third] = (operands[place] ?? '').replace(/[[\]!]/g, '').split(/,\s*/);
  const rn = numberOf(base);
  const after = operands[place + 1];
  if (after !== undefined) return { rn, offset: 0, writeback: 1, step: Number(after.slice(1)), rm: -1 };
  if (/^[wx]/.test(second)) {
    const [name = 'lsl', amount = '#0'] = (third ?? 'lsl').split(' ');
    const shift = Number(amount.slice(1));
    return { rn, offset: 0, writeback: 0, rm: numberOf(second), extend: extensions[name] ?? -1, shift };
  }
  const offset = second === '' ? 0 : Number(second.slice(1));
  const writes = operands[place]?.endsWith('!') ?? false;
  return { rn, offset, writeback: Number(writes), ...(writes ? { step: offset } : {}), rm: -1 };
}

const single = /^(ld|st)(r|ur|tr|ar|lar|apr|apur|lr|llr|lur)(s?[bhw])?$/;
const exclusive = /^(ld|st)(a|l)?x(r|p)([bh])?$/;
const pair = /^(ld|st)n?p(sw)?$/;
const atomic = /^(swp|casp?|(ld|st)(add|clr|eor|set|[su]max|[su]min))a?l?([bh])?$/;
const structure = /^(ld|st)([1-4])(r)?$/;

/**
 * The fields that libvmm must find in a line of the disassembly; `none` for what is no access, `undefined` for what a CPU
 * does not execute or libvmm does not know.
 */
export function fieldsOf(line: string): Fields | 'none' | undefined {
  const [place = '', , mnemonic = '', rest = ''] = line.split('\t');
  const at = Number.parseInt(place, 16);
  const operands = operandsOf(rest.replace(/\/\/.*|;.*/, ''));
  const [first = ''] = operands;
  const store = Number(mnemonic.startsWith('st'));
  if (
    /undefined|^\.inst|^\.word/.test(line.split('\t').slice(2).join(' ')) ||
    /64b|g$|gm$|^stgp$/.test(mnemonic)
  )
    return undefined;
  if (/^prfu?m$/.test(mnemonic)) return 'none';
  const vector = vectorBytes[first[0] ?? ''];
  const wide = Number(first.startsWith('x'));
  const alone = single.exec(mnemonic);
  if (alone) {
    const suffix = alone[3] ?? '';
    const bytes = vector ?? { b: 1, h: 2, w: 4 }[suffix.at(-1) ?? ''] ?? (wide ? 8 : 4);
    const sign = Number(suffix.startsWith('s'));
    const plain =
      vector === undefined
        ? { kind: 0, sign, to64: Number(sign ? wide : bytes === 8) }
        : { kind: kinds.simd };
    const common = {
      ...plain,
      store,
      bytes,
      registers: 1,
      rt: numberOf(first),
      el0: Number(alone[2] === 'tr'),
    };
    const target = operands[1]?.startsWith('[') ? undefined : /^[0-9a-f]+/.exec(operands[1] ?? '')?.[0];
    const literal = target && Number(BigInt.asIntN(64, BigInt(`0x${target}`)));
    if (literal !== undefined && literal !== '') return { ...common, pc: 1, offset: literal - at };
    return { ...common, pc: 0, ...addressOf(operands) };
  }
  const locked = exclusive.exec(mnemonic);
  if (locked) {
    const data = operands.slice(store, operands.length - 1);
    const bytes = { b: 1, h: 2 }[locked[4] ?? ''] ?? (data[0]?.startsWith('x') ? 8 : 4);
    const second = data[1] === undefined ? {} : { rt2: numberOf(data[1]) };
    const status = store ? { rs: numberOf(first) } : {};
    const registers = data.length;
    const rt = numberOf(data[0] ?? '');
    return {
      kind: kinds.exclusive,
      store,
      bytes,
      registers,
      rt,
      ...second,
      ...status,
      ...addressOf(operands),
    };
  }
  const two = pair.exec(mnemonic);
  if (two) {
    const sign = Number(two[2] !== undefined);
    const bytes = vector ?? (sign || !wide ? 4 : 8);
    const plain = vector === undefined ? { kind: 0, sign, to64: wide } : { kind: kinds.simd };
    const data = { rt: numberOf(first), rt2: numberOf(operands[1] ?? '') };
    return { ...plain, store, bytes, registers: 2, ...data, pc: 0, ...addressOf(operands) };
  }
  const changed = atomic.exec(mnemonic);
  if (changed) {
    const bytes = { b: 1, h: 2 }[changed[4] ?? ''] ?? (wide ? 8 : 4);
    const base = /\[(\w+)/.exec(rest)?.[1] ?? '';
    return { kind: kinds.atomic, bytes, registers: mnemonic.startsWith('casp') ? 2 : 1, rn: numberOf(base) };
  }
  const many = structure.exec(mnemonic);
  if (many) {
    const list = /\{([^}]*)\}/.exec(rest)?.[1] ?? '';
    const [begin = 0, end = begin] = [...list.matchAll(/v(\d+)/g)].map(([, number]) => Number(number));
    const isRange = list.includes('-');
    const registers = isRange ? ((end - begin + 32) & 31) + 1 : list.split(',').length;
    const [, lanes = '', size = ''] = /v\d+\.(\d*)([bhsd])/.exec(list) ?? [];
    const whole = lanes !== '' && many[3] === undefined && !/\}\[/.test(rest);
    const bytes = (vectorBytes[size] ?? 0) * (whole ? Number(lanes) : 1);
    const base = /\[(x\d+|sp)\]/.exec(rest)?.[1] ?? '';
    return { kind: kinds.simd, store, bytes, registers, rn: numberOf(base) };
  }
  return undefined;
}
