// SPDX-License-Identifier: BSD-2-Clause

import { Description } from './description.js';
import { Element } from './element.js';
import type { Origin } from './mistake.js';
import { addDomain, MemoryRegion, type ProtectionDomain } from './nodes.js';
import { CallOrigin } from './origin.js';
import { type Attributes, inAnyVersion } from './types.js';
import { type DefaultVersion, defaultVersion, type Version } from './versions.js';

/** One end of a channel, with its protection domain given as an object. */
type EndArguments<V extends Version> = Omit<Attributes<'end', V>, 'pd'> & { pd: ProtectionDomain<V> };
/** At most one end may call the other. */
type Ends<V extends Version> =
  | [EndArguments<V>, EndArguments<V> & { pp?: false }]
  | [EndArguments<V> & { pp?: false }, EndArguments<V>];

/** A Microkit system: memory regions, protection domains, channels. */
export class System<V extends Version = DefaultVersion> extends Description {
  constructor(options: { microkit?: V } = {}, origin?: Origin) {
    super(options.microkit ?? defaultVersion, origin ?? new CallOrigin());
  }

  /** Adds a range of physical memory. */
  memoryRegion(attributes: Attributes<'memory_region', V>): MemoryRegion {
    const full = inAnyVersion('memory_region', attributes);
    const region = new MemoryRegion('memory_region', full, new CallOrigin());
    this.content.push(region);
    return region;
  }

  /** Adds a protection domain that runs the ELF file `programImage`. */
  protectionDomain(
    attributes: Attributes<'protection_domain', V> & { programImage: string },
  ): ProtectionDomain<V> {
    return addDomain<V>(this, 'protection_domain', attributes, new CallOrigin());
  }

  /** Connects two protection domains. */
  channel(...ends: Ends<V>): this {
    const origin = new CallOrigin();
    const channel = new Element('channel', {}, origin);
    for (const { pd, ...attributes } of ends)
      channel.content.push(new Element('end', inAnyVersion('end', { ...attributes, pd: pd.name }), origin));
    this.content.push(channel);
    return this;
  }
}
