// SPDX-License-Identifier: BSD-2-Clause
/** What au-ts/libvmm 0.1.0 is known to do otherwise than the API text and the architecture. */
import type { Deviation } from './deviation.js';

const since = '0.1.0';

/** A deviation after which the state is what the model thinks, so that the case goes on. */
const passing = (rule: string, reason: string): Deviation => ({ rule, reason, since, goesOn: true });
/** One that ends its case. */
const ending = (rule: string, reason: string): Deviation => ({ rule, reason, since });

const zeroOnFailure = 'linux_setup_images answers 0 on failure, and looks at less';

export const deviations01: readonly Deviation[] = [
  passing('access.zeroExtend', 'a load of less than 64 bits leaves the upper half of its register as it was'),
  passing('access.signExtend', 'sign-extending loads are not told from others'),
  ending('access.next', 'some forms of access and some offsets leave the guest stopped at its fault'),
  ending(
    'access.abort',
    'a fault outside of every range leaves the guest stopped; there is no external abort',
  ),
  ending('access.undefined', 'a trapped system register leaves the guest stopped'),
  passing('api.initAgain', 'virq_controller_init a second time answers false'),
  ending('api.initVcpu', 'virq_controller_init does not look at the number of its vCPU'),
  ending('api.registerOk', 'PPIs and SPIs of other vCPUs than the first can not be registered'),
  ending('api.registerEarly', 'registering before virq_controller_init answers true'),
  ending('api.registerRange', 'INTIDs of no interrupt are registered'),
  ending('api.registerTwice', 'a second registration takes the place of the first'),
  ending('api.injectOk', 'virq_inject knows one guest CPU and one interrupt at a time'),
  ending(
    'api.passthroughBad',
    'virq_register_passthrough does not look at its vCPU, and always takes the first',
  ),
  ending('api.passthroughChannel', 'a channel can be taken twice'),
  passing('api.refused', 'invocations on vCPUs that do not exist are tried'),
  ending('guest.start', 'what is no place in guest RAM is started all the same, or nothing is'),
  passing('guest.startRegisters', 'the guest starts with interrupts unmasked (PSTATE 0x5)'),
  ending('guest.restart', 'guest_restart clears RAM and resets the vCPU, and starts nothing'),
  ending('deliver.guest', 'what the guest makes pending in GICD_ISPENDR is not delivered'),
  ending('deliver.waited', 'what was injected while disabled is not delivered when it is enabled'),
  ending('gicc.enable', 'the distributor delivers what its state does not allow'),
  ending('gicc.taken', 'interrupts are lost when their list register or the overflow list is taken'),
  ending('gicd.sgiTriggers', 'GICD_ICFGR0 reads as zero'),
  passing('ack.never', 'the ack function is called when the guest enables an interrupt'),
  passing('ack.hardware', 'a hardware interrupt is acknowledged when the guest enables it'),
  passing('ack.timer', "the virtual timer's interrupt is acknowledged when the guest enables it"),
  ...[
    'copied',
    'disjoint',
    'dtbMagic',
    'dtbPlace',
    'dtbSize',
    'entry',
    'failure',
    'inside',
    'kernelEndian',
    'kernelHeader',
    'kernelMagic',
    'oldKernel',
    'ram',
    'untouched',
  ].map((rule) => passing(`images.${rule}`, zeroOnFailure)),
  ending('psci.cpuOn', 'CPU_ON answers INVALID_PARAMETERS: the guest has one CPU'),
  ending('psci.next', 'SMCs that are not known leave the guest stopped'),
  ending('robust.alive', 'a NULL ack function is called'),
  ending('robust.memory', 'a NULL ack function is called; arrays are indexed by what the guest gives'),
];
