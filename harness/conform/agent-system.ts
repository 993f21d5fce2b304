// SPDX-License-Identifier: BSD-2-Clause
/**
 * The system of a conformance run on a target: the agent with its guest, and the idle domain, which notifies the agent
 * when no vCPU runs.
 */

import type { Board } from '../../boards/board.js';
import { cHeader, defines } from '../base/c-header.js';
import { largePage, smallPage } from '../base/pages.js';
import { hex } from '../base/text.js';
import { budgetAcrossCores } from '../subject/demo/linux-system.js';
import { System } from '../system/index.js';

/** The most vCPUs of a case. */
const agentVcpus = 4;
/** Size of guest RAM: two large pages, small enough to be scanned after each step. */
const ramSize = 2 * largePage;
/** Offsets above guest RAM, within reach of a branch: the guest's code, and the address whose access stops a vCPU. */
const probeOffset = 0x400_0000;
const probeSize = 0x1_0000;
const doorbellOffset = 0x800_0000;
/** The most INTIDs that a distributor can have (IHI 0048B, 2.2.1). */
const maxIntids = 1020;
/** GICC has two pages: GICC_DIR is in the second. */
const interfaceSize = 2 * smallPage;

/** Number of channels, from 0 on, that cases can pass interrupts through. */
const passthroughChannels = 9;
/** Channels of the agent. Cases use the low ids. The idle domain of core N has channel `idle` + N. */
const agentChannels = { uart: 40, idle: 41 } as const;

/** Higher numbers run first. The agent handles every fault at once; the idle domain runs when no vCPU does. */
const priorities = { agent: 254, guest: 1, idle: 0 } as const;

/** Interrupts for the channels that cases pass through: the last ones of the board. None of them need ever arrive. */
function sparePassthroughs({ gic, uart, lastIntid }: Board): number[] {
  const last = Math.min(lastIntid, gic.intids - 1);
  const spare = Array.from({ length: passthroughChannels + 1 }, (_, n) => last - n);
  return spare.filter((intid) => intid !== uart.intid).slice(0, passthroughChannels);
}

/** The core of a vCPU. With several `cores` the agent runs on core 0, and the vCPUs on the next ones in turn. */
const coreOf = (vcpu: number, cores: number): number => (vcpu + 1) % cores;

/** Bits of the vCPUs that run on another core than the agent. */
const vcpusElsewhere = (cores: number): number =>
  Array.from({ length: agentVcpus }, (_, id) => (coreOf(id, cores) === 0 ? 0 : 1 << id)).reduce(
    (bits, bit) => bits | bit,
  );

/** The system description. Its programs are `agent.elf` and `idle.elf`. */
export function agentSystem(board: Board, cores = 1): System<'2.1.0'> {
  const { guest, gic, uart } = board;
  const { base } = guest.ram;
  // A description for one core uses nothing that is new in 2.1.0.
  const system = new System({ microkit: '2.1.0' });
  const onCore = (cpu: number) => (cores > 1 ? { cpu } : {});
  const ram = system.memoryRegion({ name: 'guest_ram', size: ramSize, pageSize: largePage });
  const probe = system.memoryRegion({ name: 'probe', size: probeSize });
  // The registers may begin in the middle of a page.
  const uartPage = uart.base - (uart.base % smallPage);
  const serial = system.memoryRegion({ name: 'uart', size: smallPage, physAddr: uartPage });

  const agent = system.protectionDomain({
    name: 'agent',
    priority: priorities.agent,
    ...onCore(0),
    programImage: 'agent.elf',
  });
  agent.map(ram, { vaddr: base, perms: 'rw', setvarVaddr: 'guest_ram_vaddr' });
  // The guest runs with its caches off, so the agent must write to memory.
  agent.map(probe, { vaddr: base + probeOffset, perms: 'rw', cached: false, setvarVaddr: 'probe_vaddr' });
  agent.map(serial, { vaddr: uartPage, perms: 'rw', cached: false, setvarVaddr: 'uart_vaddr' });
  agent.irq({ irq: uart.intid, id: agentChannels.uart, trigger: uart.trigger });
  for (const [id, irq] of sparePassthroughs(board).entries()) agent.irq({ irq, id, trigger: 'edge' });

  const times = cores > 1 ? { budget: budgetAcrossCores, period: budgetAcrossCores } : {};
  const machine = agent.virtualMachine({ name: 'guest', priority: priorities.guest, ...times });
  for (let id = 0; id < agentVcpus; id += 1) machine.vcpu({ id, ...onCore(coreOf(id, cores)) });
  machine.map(ram, { vaddr: base, perms: 'rwx' });
  machine.map(probe, { vaddr: base + probeOffset, perms: 'rwx', cached: false });
  if (gic.version === 2) {
    const physAddr = gic.virtualCpuInterface;
    const gicv = system.memoryRegion({ name: 'gicv', size: interfaceSize, physAddr });
    machine.map(gicv, { vaddr: gic.cpuInterface, perms: 'rw', cached: false });
  }

  for (let core = 0; core < cores; core += 1) {
    const idle = system.protectionDomain({
      name: cores > 1 ? `idle${core}` : 'idle',
      priority: priorities.idle,
      ...onCore(core),
      programImage: 'idle.elf',
    });
    system.channel({ pd: agent, id: agentChannels.idle + core }, { pd: idle, id: 0 });
  }
  return system;
}

const header = ({ name }: Board, values: Readonly<Record<string, string | number>>): string =>
  cHeader(`boards/${name}`, defines(values));

/** `agent_config.h`. */
export function agentConfig(board: Board, cores = 1): string {
  const { guest, gic, cpu, timers, uart } = board;
  return header(board, {
    AGENT_RAM_BASE: `${hex(guest.ram.base)}ull`,
    AGENT_RAM_SIZE: `${hex(ramSize)}ull`,
    AGENT_PROBE_BASE: `${hex(guest.ram.base + probeOffset)}ull`,
    AGENT_DOORBELL: `${hex(guest.ram.base + doorbellOffset)}ull`,
    AGENT_GIC_VERSION: gic.version,
    AGENT_GICD_BASE: hex(gic.distributor),
    AGENT_GICD_SIZE: hex(gic.version === 2 ? smallPage : gic.frameSize),
    AGENT_GICC_BASE: hex(gic.version === 2 ? gic.cpuInterface : 0),
    AGENT_GICC_SIZE: hex(gic.version === 2 ? interfaceSize : 0),
    AGENT_GICR_BASE: hex(gic.version === 3 ? gic.redistributor : 0),
    AGENT_LIST_REGISTERS: cpu.listRegisters,
    AGENT_VTIMER_INTID: timers.virtual,
    AGENT_INTIDS: maxIntids,
    AGENT_UART_BASE: hex(uart.base),
    AGENT_UART_OFFSET: hex(uart.base % smallPage),
    AGENT_UART_CHANNEL: agentChannels.uart,
    AGENT_IDLE_CHANNEL: agentChannels.idle,
    AGENT_CORES: cores,
  });
}

/** `vmm_config.h` for this project's libvmm. The agent sets most of it again for each case. */
export function agentVmmConfig(board: Board, cores = 1): string {
  const { guest, gic, cpu, timers } = board;
  return header(board, {
    VMM_GUEST_RAM_IPA: hex(guest.ram.base),
    VMM_GUEST_RAM_SIZE: hex(ramSize),
    VMM_GUEST_VCPUS: agentVcpus,
    VMM_GIC_VERSION: gic.version,
    VMM_GICD_BASE: hex(gic.distributor),
    ...(gic.version === 2
      ? { VMM_GICD_SIZE: hex(smallPage), VMM_GICC_BASE: hex(gic.cpuInterface) }
      : { VMM_GICD_SIZE: hex(gic.frameSize), VMM_GICR_BASE: hex(gic.redistributor) }),
    VMM_GIC_INTIDS: gic.intids,
    VMM_LIST_REGISTERS: cpu.listRegisters,
    VMM_VTIMER_INTID: timers.virtual,
    VMM_CPU_ARMV8: cpu.armv8,
    VMM_VCPUS_ELSEWHERE: hex(vcpusElsewhere(cores)),
  });
}
