// SPDX-License-Identifier: BSD-2-Clause
import { Element } from './element.js';
import { defaultStackSize } from './limits.js';
import type { Origin } from './mistake.js';
import type { MemoryRegion, ProtectionDomain, VirtualMachine } from './nodes.js';
import { inAnyVersion } from './types.js';
import type { Version } from './versions.js';

/** A protection domain with its index in Microkit's numbering, in which a parent comes before its children. */
export interface Placed {
  domain: ProtectionDomain;
  index: number;
  parent: number | undefined;
}

/** A Microkit system for reading, whatever version it is written for. */
export class Description extends Element<'system'> {
  constructor(
    /** The Microkit release for which it is written. */
    readonly microkit: Version,
    origin: Origin,
  ) {
    super('system', inAnyVersion('system', {}), origin);
  }

  get regions(): MemoryRegion[] {
    return this.all('memory_region') as MemoryRegion[];
  }

  /** The protection domains without a parent. */
  get roots(): ProtectionDomain[] {
    return this.all('protection_domain') as Element[] as ProtectionDomain[];
  }

  get channels(): Element<'channel'>[] {
    return this.all('channel');
  }

  /** All protection domains, each before its children. */
  get domains(): Placed[] {
    const placed: Placed[] = [];
    const visit = (domain: ProtectionDomain, parent: number | undefined) => {
      const index = placed.push({ domain, index: placed.length, parent }) - 1;
      for (const child of domain.children) visit(child, index);
    };
    for (const root of this.roots) visit(root, undefined);
    return placed;
  }

  /** The virtual machines, with the protection domains that run them. */
  get guests(): { guest: VirtualMachine; vmm: ProtectionDomain; index: number }[] {
    return this.domains.flatMap(({ domain, index }) => {
      const { guest } = domain;
      return guest === undefined ? [] : [{ guest, vmm: domain, index }];
    });
  }

  /** Size of a protection domain's stack in bytes. */
  stackSize(domain: ProtectionDomain): number {
    return domain.attributes.stackSize ?? defaultStackSize(this.microkit);
  }
}

/** A description that no longer changes, for callers that query it repeatedly: each of its lists is computed once. */
export class CachedDescription extends Description {
  readonly #lists: Pick<Description, 'regions' | 'roots' | 'channels' | 'domains' | 'guests'>;

  constructor(system: Description) {
    super(system.microkit, system.origin);
    for (const node of system.content) this.content.push(node);
    const { regions, roots, channels, domains, guests } = system;
    this.#lists = { regions, roots, channels, domains, guests };
  }

  override get regions() {
    return this.#lists.regions;
  }
  override get roots() {
    return this.#lists.roots;
  }
  override get channels() {
    return this.#lists.channels;
  }
  override get domains() {
    return this.#lists.domains;
  }
  override get guests() {
    return this.#lists.guests;
  }
}
