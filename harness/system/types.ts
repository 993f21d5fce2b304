// SPDX-License-Identifier: BSD-2-Clause
/** The TypeScript types derived from the vocabulary. */
import type { Kind, KindTypes } from './values.js';
import type { DefaultVersion, From, Version } from './versions.js';
import type { ElementType, vocabulary } from './vocabulary.js';

/** `setvar_vaddr` in XML is `setvarVaddr` in TypeScript. */
export type Camel<S extends string> = S extends `${infer A}_${infer B}` ? `${A}${Capitalize<Camel<B>>}` : S;

type Specs<E extends ElementType> = (typeof vocabulary)[E]['attributes'];
type TypeOf<A> = A extends { kind: infer K extends Kind } ? KindTypes[K] : never;
type SinceOf<A> = A extends { since: infer S extends Version } ? S : '2.0.1';
/** The TypeScript name of attribute N if version V has it, otherwise `never`. */
type Known<A, N extends string, V extends Version> = V extends From[SinceOf<A>] ? Camel<N> : never;
type IsRequired<A, V extends Version> = A extends { required: true }
  ? A extends { optionalSince: infer S extends Version }
    ? V extends From[S]
      ? false
      : true
    : true
  : false;

/** The attributes of an element in version V, in TypeScript. */
export type Attributes<E extends ElementType, V extends Version = DefaultVersion> = {
  [N in keyof Specs<E> & string as IsRequired<Specs<E>[N], V> extends true
    ? Known<Specs<E>[N], N, V>
    : never]: TypeOf<Specs<E>[N]>;
} & {
  [N in keyof Specs<E> & string as IsRequired<Specs<E>[N], V> extends true
    ? never
    : Known<Specs<E>[N], N, V>]?: TypeOf<Specs<E>[N]>;
};

/** The attributes of an element in the newest version, and so all of them. */
export type AnyAttributes<E extends ElementType> = Attributes<E, '2.3.0'>;

/** Attributes for an older version are valid in the newest too: versions only add. */
export function inAnyVersion<E extends ElementType>(_type: E, attributes: object): AnyAttributes<E> {
  return attributes as AnyAttributes<E>;
}
