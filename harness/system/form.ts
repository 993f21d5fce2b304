// SPDX-License-Identifier: BSD-2-Clause
/** What an element may contain in one version: the rows of the vocabulary, looked up once for each type. */
import { camel, specOf } from './element.js';
import { has, type Version } from './versions.js';
import type { AttributeSpec, ChildSpec, ElementType } from './vocabulary.js';

/** An attribute with its name in TypeScript. */
type KnownAttribute = AttributeSpec & { key: string };

export interface Form {
  attributes: ReadonlyMap<string, KnownAttribute>;
  /** Names and keys of required attributes. */
  required: readonly (readonly [name: string, key: string])[];
  children: ReadonlyMap<string, ChildSpec>;
}

function makeForm(type: ElementType, version: Version): Form {
  const { attributes, children } = specOf(type);
  const known = Object.entries<AttributeSpec>(attributes).filter(([, { since }]) => has(version, since));
  return {
    attributes: new Map(known.map(([name, spec]) => [name, { ...spec, key: camel(name) }])),
    required: known
      .filter(
        ([, { required, optionalSince }]) => required && !(optionalSince && has(version, optionalSince)),
      )
      .map(([name]) => [name, camel(name)]),
    children: new Map(Object.entries<ChildSpec>(children).filter(([, { since }]) => has(version, since))),
  };
}

/** The forms of one version. */
export class Forms {
  readonly #made = new Map<ElementType, Form>();

  readonly #version: Version;

  constructor(version: Version) {
    this.#version = version;
  }

  of(type: ElementType): Form {
    const known = this.#made.get(type);
    if (known !== undefined) return known;
    const form = makeForm(type, this.#version);
    this.#made.set(type, form);
    return form;
  }
}

/** The later version that introduced an attribute or a child of this type. */
export function cameWith(
  type: ElementType,
  what: 'attributes' | 'children',
  name: string,
): Version | undefined {
  const specs = specOf(type)[what] as Record<string, { since?: Version }>;
  return Object.hasOwn(specs, name) ? specs[name]?.since : undefined;
}
