// SPDX-License-Identifier: BSD-2-Clause
import type { Origin, Place } from './mistake.js';
import type { AnyAttributes, Camel } from './types.js';
import { type ElementType, vocabulary as table, type vocabulary } from './vocabulary.js';

const camelNames = new Map<string, string>();

/** `setvar_vaddr` to `setvarVaddr`. */
export function camel<S extends string>(name: S): Camel<S> {
  let known = camelNames.get(name);
  if (known === undefined) {
    known = name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    camelNames.set(name, known);
  }
  return known as Camel<S>;
}

/** The XML tag of an element type. */
export function tagOf(type: ElementType): string {
  if (type === 'child_domain') return 'protection_domain';
  return type === 'vm_map' ? 'map' : type;
}

/** A comment among the elements. */
export class Comment {
  constructor(readonly text: string) {}
}

/** Shared by all elements without broken attributes, which are nearly all. */
const nothing: ReadonlySet<string> = new Set();

/** Elements of all types have their attributes as fields. Subclasses add operations. */
export class Element<E extends ElementType = ElementType> {
  readonly content: (Element | Comment)[] = [];
  /** XML names of attributes that could not be read. They have been reported, and checks skip them. */
  broken: ReadonlySet<string> = nothing;

  constructor(
    readonly type: E,
    readonly attributes: AnyAttributes<E>,
    readonly origin: Origin,
  ) {}

  get tag(): string {
    return tagOf(this.type);
  }

  /** The place of the element, or of one of its attributes by its XML name. */
  place(attribute?: keyof (typeof vocabulary)[E]['attributes'] & string): Place {
    return this.origin.place(attribute);
  }

  /** Its direct children of one type, in order. */
  all<C extends ElementType>(type: C): Element<C>[] {
    const found: Element<C>[] = [];
    for (const node of this.content)
      if (node instanceof Element && node.type === type) found.push(node as Element as Element<C>);
    return found;
  }
}

/** The attributes and children that an element type may have. */
export const specOf = (type: ElementType) => table[type];
