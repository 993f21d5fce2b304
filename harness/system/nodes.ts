// SPDX-License-Identifier: BSD-2-Clause
/** The elements of a system for programs: their contents, with the defaults of the Microkit manual. */
import { Element } from './element.js';
import { limits } from './limits.js';
import { CallOrigin } from './origin.js';
import { type AnyAttributes, type Attributes, inAnyVersion } from './types.js';
import type { Permissions } from './values.js';
import type { DefaultVersion, Version } from './versions.js';

export class MemoryRegion extends Element<'memory_region'> {
  get name(): string {
    return this.attributes.name;
  }
}

/** A memory region in an address space: that of a protection domain or of a virtual machine. */
export class Mapping extends Element<'map' | 'vm_map'> {
  get mr(): string {
    return this.attributes.mr;
  }
  get vaddr(): number {
    return this.attributes.vaddr;
  }
  get perms(): Permissions {
    return this.attributes.perms ?? 'rw';
  }
  get cached(): boolean {
    return this.attributes.cached ?? true;
  }
  /** Symbols that the tool sets. A virtual machine's map has none. */
  get setvars(): Pick<AnyAttributes<'map'>, 'setvarVaddr' | 'setvarSize' | 'setvarPrefillSize'> {
    return this.attributes as AnyAttributes<'map'>;
  }
}

export class Irq extends Element<'irq'> {
  get trigger() {
    return this.attributes.trigger ?? 'level';
  }
}

/** Attributes of a map whose memory region is given as an object. Write-only is not possible. */
type MapArguments<E extends 'map' | 'vm_map', V extends Version> = Omit<Attributes<E, V>, 'mr' | 'perms'> & {
  perms?: Exclude<Permissions, 'wx' | ''>;
};

export class VirtualMachine<V extends Version = DefaultVersion> extends Element<'virtual_machine'> {
  get name(): string {
    return this.attributes.name;
  }
  get priority(): number {
    return this.attributes.priority ?? 0;
  }
  /** Microseconds. */
  get budget(): number {
    return this.attributes.budget ?? limits.defaultBudget;
  }
  /** Microseconds. */
  get period(): number {
    return this.attributes.period ?? this.budget;
  }
  get vcpus(): Element<'vcpu'>[] {
    return this.all('vcpu');
  }
  get maps(): Mapping[] {
    return this.all('vm_map') as Element[] as Mapping[];
  }

  /** Adds a virtual CPU. */
  vcpu(attributes: Attributes<'vcpu', V>): this {
    this.content.push(new Element('vcpu', inAnyVersion('vcpu', attributes), new CallOrigin()));
    return this;
  }

  /** Maps a memory region at a guest physical address. */
  map(region: MemoryRegion, attributes: MapArguments<'vm_map', V>): this {
    const full = inAnyVersion('vm_map', { ...attributes, mr: region.name });
    this.content.push(new Mapping('vm_map', full, new CallOrigin()));
    return this;
  }
}

export class ProtectionDomain<V extends Version = DefaultVersion> extends Element<
  'protection_domain' | 'child_domain'
> {
  get name(): string {
    return this.attributes.name;
  }
  get priority(): number {
    return this.attributes.priority ?? 0;
  }
  /** Microseconds. */
  get budget(): number {
    return this.attributes.budget ?? limits.defaultBudget;
  }
  /** Microseconds. */
  get period(): number {
    return this.attributes.period ?? this.budget;
  }
  get passive(): boolean {
    return this.attributes.passive ?? false;
  }
  get smc(): boolean {
    return this.attributes.smc ?? false;
  }
  /** The id by which the parent refers to it; undefined without a parent. */
  get childId(): number | undefined {
    return (this.attributes as Partial<AnyAttributes<'child_domain'>>).id;
  }
  /** The symbol in the parent's program that receives the child id. */
  get childSetvar(): string | undefined {
    return (this.attributes as Partial<AnyAttributes<'child_domain'>>).setvarId;
  }
  get programImage(): string | undefined {
    return this.all('program_image')[0]?.attributes.path;
  }
  /** The ELF file whose symbols are used, if it is not the program itself. */
  get symbolImage(): string | undefined {
    return this.all('program_image')[0]?.attributes.pathForSymbols;
  }
  get maps(): Mapping[] {
    return this.all('map') as Element[] as Mapping[];
  }
  get irqs(): Irq[] {
    return this.all('irq') as Irq[];
  }
  get setvars(): Element<'setvar'>[] {
    return this.all('setvar');
  }
  get children(): ProtectionDomain[] {
    return this.all('child_domain') as Element[] as ProtectionDomain[];
  }
  get guest(): VirtualMachine | undefined {
    return this.all('virtual_machine')[0] as VirtualMachine | undefined;
  }

  /** Maps a memory region. */
  map(region: MemoryRegion, attributes: MapArguments<'map', V>): this {
    const full = inAnyVersion('map', { ...attributes, mr: region.name });
    this.content.push(new Mapping('map', full, new CallOrigin()));
    return this;
  }

  /** Takes a hardware interrupt. */
  irq(attributes: Attributes<'irq', V>): this {
    this.content.push(new Irq('irq', inAnyVersion('irq', attributes), new CallOrigin()));
    return this;
  }

  /** Sets a symbol to the physical address of a memory region. */
  setvar(symbol: string, region: MemoryRegion): this {
    const attributes = { symbol, regionPaddr: region.name };
    this.content.push(new Element('setvar', attributes, new CallOrigin()));
    return this;
  }

  /** Adds a protection domain whose faults this one handles. */
  child(attributes: Attributes<'child_domain', V> & { programImage: string }): ProtectionDomain<V> {
    return addDomain<V>(this, 'child_domain', attributes, new CallOrigin());
  }

  /** Adds the virtual machine that this protection domain runs. */
  virtualMachine(attributes: Attributes<'virtual_machine', V>): VirtualMachine<V> {
    const full = inAnyVersion('virtual_machine', attributes);
    const guest = new VirtualMachine<V>('virtual_machine', full, new CallOrigin());
    this.content.push(guest);
    return guest;
  }
}

/** Adds a protection domain with its program image to a parent or to the system. */
export function addDomain<V extends Version>(
  to: Element,
  type: 'protection_domain' | 'child_domain',
  { programImage, ...attributes }: Attributes<'protection_domain', V> & { programImage: string },
  origin: CallOrigin,
): ProtectionDomain<V> {
  const domain = new ProtectionDomain<V>(type, inAnyVersion(type, attributes), origin);
  domain.content.push(new Element('program_image', { path: programImage }, origin));
  to.content.push(domain);
  return domain;
}
