// SPDX-License-Identifier: BSD-2-Clause
/** XML to a System: everything that the vocabulary says, nothing else. */
import { Comment, camel, Element, specOf } from './element.js';
import { foreignTo } from './foreign.js';
import { formatPlace, type Mistake } from './mistake.js';
import { Irq, Mapping, MemoryRegion, ProtectionDomain, VirtualMachine } from './nodes.js';
import { XmlOrigin } from './origin.js';
import type { Source } from './source.js';
import { nearest } from './spelling.js';
import { System } from './system.js';
import { inAnyVersion } from './types.js';
import { kinds } from './values.js';
import { type DefaultVersion, defaultVersion, has, type Version } from './versions.js';
import type { AttributeSpec, ChildSpec, ElementType } from './vocabulary.js';
import { parseXml, type XmlElement } from './xml.js';

/** The classes of elements that one does more with than read their attributes. */
const classes: { [E in ElementType]?: new (type: never, attributes: never, origin: XmlOrigin) => Element } = {
  memory_region: MemoryRegion,
  protection_domain: ProtectionDomain,
  child_domain: ProtectionDomain,
  virtual_machine: VirtualMachine,
  map: Mapping,
  vm_map: Mapping,
  irq: Irq,
};

/** What reading gives: a system even where there are mistakes, so that the checks can find the rest of them. */
export interface Reading<V extends Version> {
  system: System<V>;
  mistakes: Mistake[];
}

class Reader<V extends Version> {
  readonly mistakes: Mistake[] = [];

  constructor(
    private readonly source: Source,
    private readonly version: V,
  ) {}

  system(xml: XmlElement): System<V> {
    const system = new System<V>({ microkit: this.version }, new XmlOrigin(this.source, xml));
    if (xml.name !== 'system') {
      this.report('vocabulary', xml.start, `<${xml.name}> is no system description`, {
        expected: '<system>',
      });
      return system;
    }
    this.attributes(xml, system);
    this.content(xml, system);
    return system;
  }

  private element(xml: XmlElement, type: ElementType): Element {
    const Class = (classes[type] ?? Element) as typeof Element;
    const element = new Class(type, inAnyVersion(type, {}), new XmlOrigin(this.source, xml));
    this.attributes(xml, element);
    this.content(xml, element);
    return element;
  }

  private attributes(xml: XmlElement, element: Element): void {
    const specs: Record<string, AttributeSpec> = specOf(element.type).attributes;
    const known = Object.keys(specs).filter((name) => has(this.version, specs[name]?.since));
    const values = element.attributes as Record<string, unknown>;
    for (const { name, value: text, start } of xml.attributes) {
      const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
      if (spec === undefined || !has(this.version, spec.since)) {
        this.unknown('attribute', `'${name}'`, `on <${xml.name}>`, start, name, known, spec);
        continue;
      }
      const value = kinds[spec.kind].read(text);
      if (value !== undefined) {
        values[camel(name)] = value;
        continue;
      }
      element.broken.add(name);
      const expected = kinds[spec.kind].expected;
      this.report('value', start, `'${name}' of <${xml.name}> is not understood`, {
        expected,
        got: `'${text}'`,
      });
    }
    for (const name of known) {
      const { required, optionalSince } = specs[name] as AttributeSpec;
      const needed = required && !(optionalSince !== undefined && has(this.version, optionalSince));
      if (!needed || xml.attributes.some((attribute) => attribute.name === name)) continue;
      element.broken.add(name);
      this.report('missing', xml.start, `<${xml.name}> has no attribute '${name}'`, {
        expected: `${name}: ${specs[name]?.about}`,
      });
    }
  }

  private content(xml: XmlElement, element: Element): void {
    const specs: Record<string, ChildSpec> = specOf(element.type).children;
    const known = Object.keys(specs).filter((name) => has(this.version, specs[name]?.since));
    const seen = new Map<string, XmlElement[]>(known.map((name) => [name, []]));
    for (const node of xml.content) {
      if ('comment' in node) {
        element.content.push(new Comment(node.comment));
        continue;
      }
      const spec = Object.hasOwn(specs, node.name) ? specs[node.name] : undefined;
      if (spec === undefined || !has(this.version, spec.since)) {
        this.unknown('element', `<${node.name}>`, `in <${xml.name}>`, node.start, node.name, known, spec);
        continue;
      }
      seen.get(node.name)?.push(node);
      element.content.push(this.element(node, (spec.as ?? node.name) as ElementType));
    }
    for (const [name, nodes] of seen) this.count(xml, name, nodes, specs[name] as ChildSpec);
  }

  private count(xml: XmlElement, name: string, nodes: XmlElement[], { count }: ChildSpec): void {
    const [first, second] = nodes;
    const single = count === 'one' || count === 'optional';
    if (first === undefined && (count === 'one' || count === 'some')) {
      this.report('missing', xml.start, `<${xml.name}> has no <${name}>`, {
        expected: count === 'one' ? 'exactly one' : 'at least one',
      });
    } else if (first !== undefined && second !== undefined && single) {
      const other = formatPlace(this.source.place(first.start));
      this.report('twice', second.start, `<${xml.name}> has a second <${name}>`, {
        expected: 'only one',
        got: `the first one is at ${other}`,
      });
    } else if (count === 'two' && nodes.length !== 2) {
      const [expected, got] = [`exactly two <${name}>`, String(nodes.length)];
      this.report('count', xml.start, `<${xml.name}> does not have two ends`, { expected, got });
    }
  }

  private unknown(
    what: 'element' | 'attribute',
    shown: string,
    where: string,
    start: number,
    name: string,
    known: string[],
    spec: { since?: Version } | undefined,
  ): void {
    const detail: Mistake['detail'] = {
      expected: known.length === 0 ? `no ${what}s here` : known.join(', '),
    };
    const guess = nearest(name, known);
    const reason = foreignTo(what, name);
    if (spec?.since !== undefined) {
      detail.wayOut = `it came with Microkit ${spec.since}; this description is read as ${this.version}`;
    } else if (reason !== undefined) detail.wayOut = reason;
    else if (guess !== undefined) detail.wayOut = `did you mean '${guess}'?`;
    this.report('vocabulary', start, `unknown ${what} ${shown} ${where}`, detail);
  }

  private report(check: string, offset: number, what: string, detail: Mistake['detail']): void {
    this.mistakes.push({ check, severity: 'error', what, place: this.source.place(offset), detail });
  }
}

/**
 * Reads a system description as Microkit `version` does. Mistakes of the vocabulary are given back with the system.
 *
 * Throws DescriptionError when the text is no XML.
 */
export function readSystem<V extends Version = DefaultVersion>(
  source: Source,
  version: V = defaultVersion as V,
): Reading<V> {
  const reader = new Reader(source, version);
  const system = reader.system(parseXml(source));
  return { system, mistakes: reader.mistakes };
}
