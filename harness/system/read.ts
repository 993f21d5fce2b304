// SPDX-License-Identifier: BSD-2-Clause
/** Converts XML to a System. Accepts everything that the vocabulary contains, and nothing else. */
import { nearest } from '../base/spelling.js';
import { isX86Attribute, isX86Element, type OtherArchitecture } from './architectures.js';
import { Comment, Element } from './element.js';
import { foreignTo } from './foreign.js';
import { cameWith, Forms } from './form.js';
import { Finder, type Findings, formatPlace, type Mistake } from './mistake.js';
import { declaresNamespace } from './namespaces.js';
import { Irq, Mapping, MemoryRegion, ProtectionDomain, VirtualMachine } from './nodes.js';
import { XmlOrigin } from './origin.js';
import type { Source } from './source.js';
import { System } from './system.js';
import { inAnyVersion } from './types.js';
import { kinds } from './values.js';
import { type DefaultVersion, defaultVersion, type Version } from './versions.js';
import type { ChildSpec, ElementType } from './vocabulary.js';
import { isElement, parseXml, type XmlElement } from './xml.js';

/** The classes of elements that have more than attributes. */
const classes: { [E in ElementType]?: new (type: never, attributes: never, origin: XmlOrigin) => Element } = {
  memory_region: MemoryRegion,
  protection_domain: ProtectionDomain,
  child_domain: ProtectionDomain,
  virtual_machine: VirtualMachine,
  map: Mapping,
  vm_map: Mapping,
  irq: Irq,
};

/** The result of reading: a system even when there are mistakes, so that the checks can find the rest of them. */
export interface Reading<V extends Version> extends Findings {
  system: System<V>;
  /** The architecture that its elements and attributes belong to, if that is not AArch64. */
  architecture: OtherArchitecture | undefined;
}

class Reader<V extends Version> {
  readonly found = new Finder();
  architecture: OtherArchitecture | undefined;
  readonly #forms: Forms;

  readonly #source: Source;
  readonly #version: V;

  constructor(source: Source, version: V) {
    this.#source = source;
    this.#version = version;
    this.#forms = new Forms(version);
  }

  system(xml: XmlElement): System<V> {
    const system = new System<V>({ microkit: this.#version }, new XmlOrigin(this.#source, xml));
    if (xml.name !== 'system') {
      this.#report('vocabulary', xml.start, `<${xml.name}> is not a system description`, () => ({
        expected: '<system>',
      }));
      return system;
    }
    this.#attributes(xml, system);
    this.#content(xml, system);
    return system;
  }

  #element(xml: XmlElement, type: ElementType): Element {
    const Class = (classes[type] ?? Element) as typeof Element;
    const element = new Class(type, inAnyVersion(type, {}), new XmlOrigin(this.#source, xml));
    this.#attributes(xml, element);
    this.#content(xml, element);
    return element;
  }

  #attributes(xml: XmlElement, element: Element): void {
    const { attributes, required } = this.#forms.of(element.type);
    const values = element.attributes as Record<string, unknown>;
    const broken: string[] = [];
    let forOthers = false;
    for (const { name, value: text, start } of xml.attributes) {
      const spec = attributes.get(name);
      if (spec === undefined) {
        if (ignored(element.type, name)) continue;
        if (isX86Attribute(name)) {
          forOthers = true;
          this.#otherArchitecture(start);
          continue;
        }
        this.#report('vocabulary', start, `unknown attribute '${name}' on <${xml.name}>`, () =>
          this.#guess('attribute', name, [...attributes.keys()], cameWith(element.type, 'attributes', name)),
        );
        continue;
      }
      const { read, expected } = kinds[spec.kind];
      const value = read(text);
      if (value !== undefined) {
        values[spec.key] = value;
        continue;
      }
      broken.push(name);
      const what = `the value of '${name}' in <${xml.name}> is invalid`;
      this.#report('value', start, what, () => ({ expected, got: `'${text.slice(0, shownValue)}'` }));
    }
    for (const [name, key] of required) {
      if (values[key] !== undefined || broken.includes(name)) continue;
      broken.push(name);
      // An element for another architecture has other attributes instead.
      if (forOthers) continue;
      const expected = `${name}: ${attributes.get(name)?.about}`;
      this.#report('missing', xml.start, `<${xml.name}> has no attribute '${name}'`, () => ({ expected }));
    }
    if (broken.length > 0) element.broken = new Set(broken);
  }

  #content(xml: XmlElement, element: Element): void {
    const { children } = this.#forms.of(element.type);
    if (children.size === 0 && xml.content.length === 0) return;
    const seen = new Map<string, XmlElement[]>([...children.keys()].map((name) => [name, []]));
    for (const node of xml.content) {
      if (!isElement(node)) {
        if ('comment' in node) element.content.push(new Comment(node.comment));
        continue;
      }
      const { name } = node;
      const spec = children.get(name);
      if (spec === undefined) {
        if (isX86Element(name)) this.#otherArchitecture(node.start);
        else
          this.#report('vocabulary', node.start, `unknown element <${name}> in <${xml.name}>`, () =>
            this.#guess('element', name, [...children.keys()], cameWith(element.type, 'children', name)),
          );
        continue;
      }
      seen.get(node.name)?.push(node);
      element.content.push(this.#element(node, (spec.as ?? node.name) as ElementType));
    }
    for (const [name, spec] of children) this.#count(xml, name, seen.get(name) ?? [], spec);
  }

  #count(xml: XmlElement, name: string, nodes: XmlElement[], { count }: ChildSpec): void {
    const [first, second] = nodes;
    const single = count === 'one' || count === 'optional';
    if (first === undefined && (count === 'one' || count === 'some')) {
      this.#report('missing', xml.start, `<${xml.name}> has no <${name}>`, () => ({
        expected: count === 'one' ? 'exactly one' : 'at least one',
      }));
    } else if (first !== undefined && second !== undefined && single) {
      this.#report('twice', second.start, `<${xml.name}> has a second <${name}>`, () => ({
        expected: 'only one',
        got: `the first one is at ${formatPlace(this.#source.place(first.start))}`,
      }));
    } else if (count === 'two' && nodes.length !== 2) {
      const [expected, got] = [`exactly two <${name}>`, String(nodes.length)];
      this.#report('count', xml.start, `<${xml.name}> does not have two ends`, () => ({ expected, got }));
    }
  }

  /** The way out for an unknown word: the one that was probably meant. */
  #guess(
    what: 'element' | 'attribute',
    name: string,
    known: string[],
    since: Version | undefined,
  ): Mistake['detail'] {
    const expected = known.length === 0 ? `no ${what}s here` : known.join(', ');
    const near = nearest(name, known);
    const reason = foreignTo(what, name);
    if (since !== undefined)
      return {
        expected,
        wayOut: `it is new in Microkit ${since}; this description is read as ${this.#version}`,
      };
    if (reason !== undefined) return { expected, wayOut: reason };
    return near === undefined ? { expected } : { expected, wayOut: `did you mean '${near}'?` };
  }

  /** Reports once that the description is for x86-64. Its words and numbers are then not refused one by one. */
  #otherArchitecture(offset: number): void {
    if (this.architecture !== undefined) return;
    this.architecture = 'x86-64';
    this.found.add('error', () => ({
      check: architectureCheck,
      what: 'this description is for x86-64, and was read as AArch64',
      place: this.#source.place(offset),
      detail: {
        got: 'elements and attributes of x86-64 were ignored, and no number was compared with a board',
      },
    }));
  }

  #report(check: string, offset: number, what: string, detail: () => Mistake['detail']): void {
    this.found.add('error', () => ({ check, what, place: this.#source.place(offset), detail: detail() }));
  }
}

/** The check that reports the other architecture of a description. */
export const architectureCheck = 'architecture';

/** Characters of a value that an error shows. */
const shownValue = 100;

/** Attributes that Microkit ignores: namespace declarations, and XML's own attributes on the root. */
const ignored = (type: ElementType, name: string) =>
  declaresNamespace(name) || (type === 'system' && name.startsWith('xml:'));

/**
 * Reads a system description as Microkit `version` does. Mistakes against the vocabulary are returned with the system.
 *
 * Throws DescriptionError when the text is not XML.
 */
export function readSystem<V extends Version = DefaultVersion>(
  source: Source,
  version: V = defaultVersion as V,
): Reading<V> {
  const reader = new Reader(source, version);
  const system = reader.system(parseXml(source));
  const { mistakes, errors, warnings } = reader.found;
  return { system, mistakes, errors, warnings, architecture: reader.architecture };
}
