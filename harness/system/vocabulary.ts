// SPDX-License-Identifier: BSD-2-Clause
/**
 * The elements and attributes of a system description that Microkit reads on AArch64, as a table.
 *
 * Source: Microkit manual, chapter "System Description File", of the releases in versions.ts. The reader, the writer,
 * the TypeScript types and the checks of presence and form are all derived from this table.
 */
import type { Kind } from './values.js';
import type { Version } from './versions.js';

export interface AttributeSpec {
  kind: Kind;
  required?: true;
  /** The version from which on a required attribute is optional. */
  optionalSince?: Version;
  /** The version that introduced it; the first one by default. */
  since?: Version;
  about: string;
}

/** How many children of one type there may be. */
type Count = 'one' | 'optional' | 'many' | 'some' | 'two';

export interface ChildSpec {
  /** The row of the table that describes it, if that is not named like its tag. */
  as?: string;
  count: Count;
  since?: Version;
}

export interface ElementSpec {
  about: string;
  attributes: Record<string, AttributeSpec>;
  children: Record<string, ChildSpec>;
}

const time = {
  budget: { kind: 'number', about: 'microseconds of CPU time in each period; default 1,000' },
  period: { kind: 'number', about: 'microseconds; default: the budget' },
} as const;

const domainAttributes = {
  name: { kind: 'text', required: true, about: 'unique among the protection domains' },
  priority: { kind: 'number', about: '0 to 254; default 0' },
  ...time,
  passive: { kind: 'boolean', about: 'after init, runs only on the time of its callers' },
  stack_size: { kind: 'number', about: 'bytes, 4 KiB to 16 MiB; default 8 KiB, before 2.1.0 4 KiB' },
  cpu: { kind: 'number', since: '2.1.0', about: 'the core it runs on; default 0' },
  smc: { kind: 'boolean', about: 'may make secure monitor calls' },
  domain: { kind: 'text', since: '2.3.0', about: 'the security domain that it belongs to' },
  fpu: { kind: 'boolean', since: '2.3.0', about: 'may use the FPU; default true' },
} as const;

const domainChildren = {
  program_image: { count: 'one' },
  map: { count: 'many' },
  irq: { count: 'many' },
  setvar: { count: 'many' },
  protection_domain: { as: 'child_domain', count: 'many' },
  virtual_machine: { count: 'optional' },
  cspace: { count: 'optional', since: '2.3.0' },
} as const;

const mapAttributes = {
  mr: { kind: 'text', required: true, about: 'the memory region' },
  vaddr: { kind: 'number', required: true, about: 'address in the address space' },
  perms: {
    kind: 'permissions',
    about: "'r', 'w' and 'x' together, but never 'w' alone; default 'rw'",
  },
  cached: { kind: 'boolean', about: 'default true' },
} as const;

const setvarId = {
  kind: 'text',
  since: '2.1.0',
  about: 'a symbol of the program that receives the id',
} as const;

const capability = {
  about: "a capability of another protection domain in this one's CSpace",
  attributes: {
    slot: { kind: 'number', required: true, about: '0 to 127' },
    pd: { kind: 'text', required: true, about: 'the owner of the capability' },
  },
  children: {},
} as const;

export const vocabulary = {
  system: {
    about: 'the whole system',
    attributes: {},
    children: {
      memory_region: { count: 'many' },
      protection_domain: { count: 'some' },
      channel: { count: 'many' },
      domains: { count: 'optional', since: '2.3.0' },
    },
  },
  memory_region: {
    about: 'a range of physical memory',
    attributes: {
      name: { kind: 'text', required: true, about: 'unique among the memory regions' },
      size: {
        kind: 'number',
        required: true,
        optionalSince: '2.2.0',
        about: 'bytes, a multiple of the page size; default: the size of the file at prefill_path',
      },
      page_size: { kind: 'number', about: '4 KiB or 2 MiB' },
      phys_addr: { kind: 'number', about: 'a multiple of the page size; by default the tool chooses' },
      prefill_path: { kind: 'text', since: '2.2.0', about: 'a file that fills its beginning' },
      prefill_bootinfo: {
        kind: 'bootinfo',
        since: '2.3.0',
        about: 'the part of the boot information that fills it',
      },
    },
    children: {},
  },
  protection_domain: {
    about: 'a program with its address space',
    attributes: domainAttributes,
    children: domainChildren,
  },
  child_domain: {
    about: 'a protection domain whose faults its parent handles',
    attributes: {
      ...domainAttributes,
      id: { kind: 'number', required: true, about: 'the id that the parent uses for it, 0 to 61' },
      setvar_id: { ...setvarId, about: "a symbol of the parent's program that receives the id" },
    },
    children: domainChildren,
  },
  program_image: {
    about: 'the ELF file of a protection domain',
    attributes: {
      path: { kind: 'text', required: true, about: 'a file in the search path' },
      path_for_symbols: { kind: 'text', since: '2.2.0', about: 'the ELF file whose symbols are used' },
    },
    children: {},
  },
  map: {
    about: 'a memory region in the address space of a protection domain',
    attributes: {
      ...mapAttributes,
      setvar_vaddr: { kind: 'text', about: 'a symbol of the program that receives the address' },
      setvar_size: { kind: 'text', about: 'a symbol of the program that receives the size' },
      setvar_prefill_size: {
        kind: 'text',
        since: '2.2.0',
        about: 'a symbol of the program that receives the number of bytes prefilled',
      },
    },
    children: {},
  },
  vm_map: {
    about: 'a memory region in the guest physical address space of a virtual machine',
    attributes: mapAttributes,
    children: {},
  },
  irq: {
    about: 'a hardware interrupt',
    attributes: {
      irq: { kind: 'unsigned', required: true, about: 'INTID: SPI number + 32' },
      id: { kind: 'decimal', required: true, about: 'channel id, 0 to 61' },
      trigger: { kind: 'trigger', about: "default 'level'" },
      setvar_id: setvarId,
    },
    children: {},
  },
  setvar: {
    about: 'a variable of the program that the tool sets',
    attributes: {
      symbol: { kind: 'text', required: true, about: 'a symbol of the program' },
      region_paddr: {
        kind: 'text',
        required: true,
        about: 'the memory region whose physical address it receives',
      },
    },
    children: {},
  },
  virtual_machine: {
    about: 'a guest, run by the protection domain around it',
    attributes: {
      name: { kind: 'text', required: true, about: 'unique among the virtual machines' },
      ...time,
      priority: { kind: 'number', about: '0 to 254; default 0' },
    },
    children: { vcpu: { count: 'some' }, map: { as: 'vm_map', count: 'many' } },
  },
  vcpu: {
    about: 'a virtual CPU',
    attributes: {
      id: { kind: 'unsigned', required: true, about: 'the id that the VMM uses for it, 0 to 61' },
      setvar_id: setvarId,
      cpu: { kind: 'number', since: '2.1.0', about: 'the core it runs on' },
    },
    children: {},
  },
  channel: {
    about: 'two protection domains that can notify or call each other',
    attributes: {},
    children: { end: { count: 'two' } },
  },
  end: {
    about: 'one side of a channel',
    attributes: {
      pd: { kind: 'text', required: true, about: 'the protection domain' },
      id: { kind: 'decimal', required: true, about: 'the id that it uses for the channel, 0 to 61' },
      pp: { kind: 'boolean', about: 'may call the other end; default false' },
      notify: { kind: 'boolean', about: 'may notify the other end; default true' },
      setvar_id: setvarId,
    },
    children: {},
  },
  cspace: {
    about: 'more capabilities for a protection domain',
    attributes: {},
    children: { cap_tcb: { count: 'many' }, cap_sc: { count: 'many' }, cap_vspace: { count: 'many' } },
  },
  cap_tcb: capability,
  cap_sc: capability,
  cap_vspace: capability,
  domains: {
    about: 'security domains and their schedule',
    attributes: {},
    children: { domain: { count: 'some' }, domain_schedule: { count: 'one' } },
  },
  domain: {
    about: 'a security domain',
    attributes: {
      name: { kind: 'text', required: true, about: 'unique among the domains' },
      id: { kind: 'number', about: 'by default the tool chooses' },
    },
    children: {},
  },
  domain_schedule: {
    about: 'which domain runs when',
    attributes: {
      index_shift: { kind: 'number', about: "offset in the kernel's schedule; default 0" },
      start_index: { kind: 'number', about: 'default 0' },
    },
    children: { schedule_entry: { count: 'many' }, schedule_end_marker: { count: 'many' } },
  },
  schedule_entry: {
    about: 'one entry of the schedule',
    attributes: {
      domain: { kind: 'text', required: true, about: 'which one' },
      duration: { kind: 'duration', required: true, about: "'1000 us' or '500 ticks'" },
    },
    children: {},
  },
  schedule_end_marker: { about: 'where the schedule starts again', attributes: {}, children: {} },
} as const satisfies Record<string, ElementSpec>;

export type ElementType = keyof typeof vocabulary;
