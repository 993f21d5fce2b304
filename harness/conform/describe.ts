// SPDX-License-Identifier: BSD-2-Clause
/** Text for steps and observations, in terms of the API and the architecture. */
import { hex } from '../base/text.js';
import {
  describeState,
  forms,
  type ModelConfig,
  placeName,
  type Seen,
  type SeenEvent,
  type Step,
  systemRegisterName,
  valueText,
} from '../model/index.js';

function place(config: ModelConfig, address: bigint): string {
  const at = Number(address);
  const { cpuInterface } = config;
  const register = placeName(config, at);
  if (register !== undefined) return register;
  if (at >= cpuInterface.base && at < cpuInterface.base + cpuInterface.size)
    return `GICC+${hex(at - cpuInterface.base)}`;
  return hex(address);
}

function access(config: ModelConfig, step: Extract<Step, { op: 'access' | 'mapped' }>): string {
  const form = forms[step.form];
  if (form === undefined) return 'an unknown instruction';
  const name = (number: number, wide: boolean) =>
    number === 31 ? (wide ? 'xzr' : 'wzr') : `${wide ? 'x' : 'w'}${number}`;
  const text = form.text
    .replace(/[wx]t2/, name(step.rt2, form.wide))
    .replace(/[wx]t\b/, name(step.rt, form.wide))
    .replace('[n', `[x${step.rn}`);
  const shown = form.pair
    ? hex(step.value)
    : valueText(config, Number(step.address), BigInt.asUintN(8 * form.bytes, step.value), form.bytes);
  const data = form.load ? '' : ` with ${shown}`;
  return `guest, vCPU ${step.vcpu}${describeState(step.state)}: ${text} at ${place(config, step.address)}${data}`;
}

/** A step as an API call or an action of the guest. */
export function describeStep(config: ModelConfig, step: Step): string {
  switch (step.op) {
    case 'init':
      return `virq_controller_init(${step.cpu})`;
    case 'register':
      return `virq_register(${step.vcpu}, ${step.irq}, ${step.ack ? 'ack' : 'NULL'}, ${step.cookie})`;
    case 'inject':
      return `virq_inject(${step.vcpu}, ${step.irq})`;
    case 'passthrough':
      return `virq_register_passthrough(${step.vcpu}, ${step.irq}, ${step.channel})`;
    case 'handle':
      return `virq_handle_passthrough(${step.channel})`;
    case 'start':
      return `guest_start(${step.vcpu}, ${hex(step.pc)}, ${hex(step.dtb)}, ${hex(step.initrd)})`;
    case 'stop':
      return `guest_stop(${step.vcpu})`;
    case 'restart':
      return `guest_restart(${step.vcpu}, ram, size)`;
    case 'handler':
      return `fault_register_vm_exception_handler(${hex(step.base)}, ${hex(step.size)}, handler ${step.id})`;
    case 'images': {
      const kernel = `kernel ${hex(step.kernelSize)} bytes, text_offset ${hex(step.textOffset)}, image_size ${hex(step.imageSize)}`;
      const rest = `device tree ${hex(step.dtbSize)} bytes at +${hex(step.dtbOffset)}, initrd ${hex(step.initrdSize)} bytes at +${hex(step.initrdOffset)}`;
      const heads = `magic ${hex(step.kernelMagic)}, flags ${hex(step.flags)}; ${hex(step.dtbMagic)}, totalsize ${step.dtbTotal}`;
      return `linux_setup_images(${kernel}; ${rest}; ${heads})`;
    }
    case 'access':
      return access(config, step);
    case 'mapped':
      return `${access(config, step)}, through stage 1: TCR_EL1 = ${hex(step.tcr)}, SCTLR_EL1 = ${hex(BigInt(step.sctlr))}, level ${step.level}: ${hex(step.first)}, ${hex(step.second)}`;
    case 'take':
      return `guest, vCPU ${step.vcpu}: takes an interrupt (reads ${config.gic === 3 ? 'ICC_IAR1_EL1' : 'GICC_IAR'})`;
    case 'end':
      return `guest, vCPU ${step.vcpu}: ends what it took last (writes ${config.gic === 3 ? 'ICC_EOIR1_EL1' : 'GICC_EOIR'})`;
    case 'deactivate':
      return `guest, vCPU ${step.vcpu}: deactivates what it ended last (writes ${config.gic === 3 ? 'ICC_DIR_EL1' : 'GICC_DIR'})`;
    case 'smc':
      return `guest, vCPU ${step.vcpu}: smc #0, x0 = ${hex(step.x0)}, x1 = ${hex(step.x1)}, x2 = ${hex(step.x2)}, x3 = ${hex(step.x3)}`;
    case 'sysreg': {
      const name = systemRegisterName(step.encoding);
      const text = step.write ? `msr ${name}, x2 with ${hex(step.value)}` : `mrs x2, ${name}`;
      return `guest, vCPU ${step.vcpu}${describeState(step.state)}: ${text}`;
    }
    case 'wait':
      return `guest, vCPU ${step.vcpu}: ${step.event ? 'wfe' : 'wfi'}`;
    case 'timer':
      return `guest, vCPU ${step.vcpu}: its virtual timer fires and is switched off, wfe`;
    case 'line':
      return `guest, vCPU ${step.vcpu}: its virtual timer ${step.high ? 'is on and due' : 'is switched off'}, wfe`;
  }
}

function describeEvent(event: SeenEvent): string {
  switch (event.kind) {
    case 'ack':
      return `ack(${event.vcpu}, ${event.irq}, ${event.cookie})`;
    case 'load':
      return `list register ${event.index} of vCPU ${event.vcpu} = INTID ${event.intid}, priority ${event.priority}${event.group ? ', group 1' : ''}${event.accepted ? '' : ' (refused)'}`;
    case 'irqAck':
      return `microkit_irq_ack(${event.channel})`;
    case 'vppiAck':
      return `microkit_vcpu_arm_ack_vppi(${event.vcpu}, ${event.irq})`;
    case 'handler':
      return `handler ${event.id}(${event.vcpu}, ${hex(event.offset)}, ${event.write ? 'write' : 'read'})`;
    case 'start':
      return `vCPU ${event.vcpu} starts at ${hex(event.pc)}`;
    case 'written':
      return `RAM+${hex(event.offset)} written, ${event.size} bytes`;
    case 'ended':
      return `VMM notified: ${event.reason}`;
    case 'refused':
      return `invocation ${event.label} refused with error ${event.error}`;
  }
}

const calls = ['init', 'register', 'inject', 'passthrough', 'handle', 'start', 'restart', 'handler'];

/** The value that a load put into its register. For registers with a bit for each interrupt, with the INTIDs. */
function loaded(config: ModelConfig, step: Step, number: number, value: bigint): string {
  const form = step.op === 'access' ? forms[step.form] : undefined;
  if (step.op !== 'access' || !form?.load || form.pair || number !== step.rt) return hex(value);
  const low = BigInt.asUintN(8 * form.bytes, value);
  const text = valueText(config, Number(step.address), low, form.bytes);
  return text === hex(low) ? hex(value) : `${hex(value)} (${text})`;
}

/** The observation of a step, in a few words. Empty when nothing happened. */
export function describeSeen(config: ModelConfig, step: Step, seen: Seen): string {
  const parts = seen.events.map(describeEvent);
  for (const { number, value } of seen.changes)
    parts.push(`${number === 31 ? 'sp' : `x${number}`} = ${loaded(config, step, number, value)}`);
  if (calls.includes(step.op)) parts.unshift((seen.result & 0xffn) !== 0n ? 'true' : 'false');
  else if (step.op === 'images') parts.unshift(hex(seen.result));
  else if (step.op === 'take' && seen.outcome.kind === 'next') parts.unshift(`INTID ${seen.result & 0x3ffn}`);
  if (seen.outcome.kind === 'exception') {
    const { vector, esr, far } = seen.outcome;
    parts.push(`exception to vector ${hex(vector)}, ESR ${hex(esr)}, FAR ${hex(far)}`);
  } else if (seen.outcome.kind !== 'next') parts.push(`PC: ${seen.outcome.kind}`);
  return parts.join('; ');
}
