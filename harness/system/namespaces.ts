// SPDX-License-Identifier: BSD-2-Clause
/** Prefixes of names: Namespaces in XML 1.0. A prefix must be declared; it has no other effect here. */
import { Malformed, type StartTag, type XmlAttribute } from './tag.js';
import { prefixOf } from './xml-names.js';

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

/** Whether a name is `xmlns` or `xmlns:prefix`. Such an attribute declares a namespace and is not the element's own. */
export const declaresNamespace = (name: string) => name === 'xmlns' || name.startsWith('xmlns:');

/** The error in a declaration (sections 2.2 and 3), if any. */
function wrongDeclaration({ name, value, start }: XmlAttribute): Malformed | undefined {
  const prefix = name.slice('xmlns:'.length);
  if (prefix === 'xml' && value !== xmlNamespace)
    return new Malformed(start, "the prefix 'xml' is reserved", {
      expected: xmlNamespace,
      got: value,
    });
  if (prefix === 'xmlns') return new Malformed(start, "the prefix 'xmlns' cannot be declared");
  if (prefix !== '' && value === '')
    return new Malformed(start, `the prefix '${prefix}' is declared without a namespace`, {
      expected: `${name}="..."`,
    });
  return undefined;
}

/** The prefixes declared at a place in the text. */
export class Namespaces {
  /** The prefixes that each open element declares. */
  readonly #scopes: ReadonlySet<string>[] = [];

  /** Enters the element of a start tag and returns the error in its prefixes, if any. */
  enter({ name, attributes, start }: StartTag): Malformed | undefined {
    const declared = attributes.filter((attribute) => declaresNamespace(attribute.name));
    this.#scopes.push(new Set(declared.map((attribute) => attribute.name.slice('xmlns:'.length))));
    for (const declaration of declared) {
      const wrong = wrongDeclaration(declaration);
      if (wrong !== undefined) return wrong;
    }
    const unknown = (prefix: string) =>
      prefix !== '' &&
      prefix !== 'xml' &&
      prefix !== 'xmlns' &&
      !this.#scopes.some((scope) => scope.has(prefix));
    if (unknown(prefixOf(name)) || prefixOf(name) === 'xmlns')
      return new Malformed(start, `the prefix '${prefixOf(name)}' is not declared`);
    const other = attributes.find((attribute) => unknown(prefixOf(attribute.name)));
    return other && new Malformed(other.start, `the prefix '${prefixOf(other.name)}' is not declared`);
  }

  /** Leaves the innermost element. */
  leave(): void {
    this.#scopes.pop();
  }
}
