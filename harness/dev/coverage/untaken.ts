// SPDX-License-Identifier: BSD-2-Clause
/** Branches of libvmm that no conformance run on the host takes, and the reasons. */
export interface Untaken {
  /** Relative to the library's src/. */
  file: string;
  /** The exact condition, on one line; by default every condition of the file. */
  condition?: string;
  never?: 'true' | 'false';
  why: string;
}

const cpu = 'the CPU of the host tier is an Armv8.0 one; test/unit/libvmm/stage1 has later ones';
const forms =
  'the guest of the host tier has only loads and stores of general-purpose registers; test/unit/libvmm takes it';
const walks =
  'walks of the host tier stay in guest RAM and change no descriptor; test/unit/libvmm/stage1 takes it';
const hooks = 'the agent sets no hooks; test/unit/libvmm/exits does';
const labels = 'the guest of the host tier causes no such fault; test/unit/libvmm/exits and calls do';
const time =
  'the count of the host tier stands still, so no timer is due later; test/unit/libvmm/wait takes it';
const bounds = 'the machine of the host tier is valid; test/unit/libvmm/config has others';
const printed = "no rule concerns the library's output";

export const untaken: readonly Untaken[] = [
  { file: 'fault/stage1.c', why: walks },
  { file: 'fault/stage1_permission.c', why: cpu },
  { file: 'fault/decode.c', why: forms },
  { file: 'fault/emulate.c', why: forms },
  { file: 'fault/perform.c', why: forms },
  { file: 'fault/instruction.c', why: forms },
  { file: 'fault/operand.h', why: forms },
  { file: 'fault/fault.c', why: labels },
  { file: 'fault/vm_fault.c', why: labels },
  { file: 'guest/wait.c', why: time },
  { file: 'gic/virq.c', why: bounds },
  { file: 'fault/guest_ram.h', why: bounds },
  { file: 'fault/inject.c', condition: 'vmm_hooks.exception_injected', why: hooks },
  { file: 'fault/inject.c', why: cpu },
  { file: 'gic/deliver.c', condition: 'vmm_hooks.list_register_loaded', why: hooks },
  { file: 'gic/deliver.c', condition: 'vmm_hooks.interrupt_ended', why: hooks },
  {
    file: 'fault/helpers.c',
    why: 'helpers for VMMs, which the agent does not call; test/unit/libvmm/exits does',
  },
  { file: 'util/dump.c', why: printed },
  { file: 'util/format.c', why: printed },
  { file: 'util/printf.c', why: printed },
];
