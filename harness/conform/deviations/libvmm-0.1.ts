// SPDX-License-Identifier: BSD-2-Clause
/** What au-ts/libvmm 0.1.0 is known to do otherwise than the API text and the architecture. */
import type { Deviation } from './deviation.js';

const since = '0.1.0';

/** What every run shows. */
const always = (rule: string, reason: string): Deviation => ({ rule, reason, since, always: true });
/** What some cases show. */
const sometimes = (rule: string, reason: string): Deviation => ({ rule, reason, since });
/** Those after which the state is what the model thinks: their cases go on. */
const goesOn = (deviation: Deviation): Deviation => ({ ...deviation, goesOn: true });

/** Registers that are kept as memory, without what the architecture makes of them. */
const copied = (rule: string, what: string): Deviation =>
  goesOn(sometimes(`gicd.${rule}`, `the distributor's registers are kept as memory: ${what}`));
/** linux_setup_images; each call is for itself. */
const image = (rule: string): Deviation =>
  goesOn(sometimes(`images.${rule}`, 'linux_setup_images answers 0 on failure, and looks at less'));
const imageAlways = (rule: string): Deviation =>
  goesOn(always(`images.${rule}`, 'linux_setup_images answers 0 on failure, and may have written RAM'));

export const deviations01: readonly Deviation[] = [
  goesOn(always('guest.startRegisters', 'the guest starts with interrupts unmasked (PSTATE 0x5)')),
  goesOn(
    sometimes(
      'access.zeroExtend',
      'a load of less than 64 bits leaves the upper half of its register as it was',
    ),
  ),
  goesOn(sometimes('access.signExtend', 'sign-extending loads are not told from others')),
  sometimes(
    'access.writeBack',
    'only loads and stores of a word or less without write-back are emulated as the architecture has it',
  ),
  always(
    'access.abort',
    'a fault outside of every range leaves the guest stopped: there is no external abort',
  ),
  sometimes('access.undefined', 'a trapped system register leaves the guest stopped'),
  sometimes('access.next', 'accesses that are not emulated leave the guest stopped'),
  goesOn(always('api.initAgain', 'a second initialisation answers false')),
  sometimes('api.initVcpu', 'the number of the vCPU is not looked at'),
  sometimes('api.registerOk', 'there is a limited number of registrations'),
  sometimes('api.registerEarly', 'registering before the initialisation answers true'),
  sometimes('api.registerRange', 'INTIDs of no interrupt are registered'),
  sometimes('api.registerSgi', 'SGIs are registered as other interrupts are'),
  always('api.registerTwice', 'a second registration answers true'),
  sometimes('api.injectOk', 'an interrupt that is already pending is not injected'),
  goesOn(
    sometimes(
      'api.injectDisabled',
      'the answer says that the interrupt is pending, not that it is on its way',
    ),
  ),
  sometimes('api.passthroughOk', 'there is a limited number of registrations'),
  sometimes('api.passthroughBad', 'its arguments are not looked at'),
  always('api.passthroughChannel', 'a channel can be taken twice'),
  goesOn(sometimes('api.handleOk', 'an interrupt that is already pending is not injected')),
  goesOn(sometimes('api.refused', 'invocations on vCPUs and list registers that there are not are tried')),
  sometimes('guest.start', 'guest_start after guest_stop or a reset does not start the guest anew'),
  sometimes('guest.startVcpu', 'the number of the vCPU is not looked at'),
  sometimes('guest.startEntry', 'the entry point is not looked at'),
  sometimes('guest.restart', 'guest_restart clears RAM and resets the vCPU, and starts nothing'),
  sometimes('guest.restartVcpu', 'the number of the vCPU is not looked at'),
  sometimes('guest.wait', 'WFI is tried again until an interrupt comes'),
  goesOn(always('ack.never', 'the ack function is called when the guest enables an interrupt')),
  goesOn(sometimes('ack.hardware', 'a hardware interrupt is acknowledged when the guest enables it')),
  goesOn(sometimes('ack.timer', "the virtual timer's interrupt is acknowledged when the guest enables it")),
  sometimes('deliver.pending', 'delivery goes by registration, not by the state of the distributor'),
  sometimes('deliver.nothing', 'delivery goes by registration, not by the state of the distributor'),
  sometimes('deliver.waited', 'delivery goes by registration, not by the state of the distributor'),
  sometimes('deliver.off', 'delivery goes by registration, not by the state of the distributor'),
  sometimes('deliver.active', 'delivery goes by registration, not by the state of the distributor'),
  sometimes('deliver.again', 'delivery goes by registration, not by the state of the distributor'),
  sometimes('deliver.dropped', 'delivery goes by registration, not by the state of the distributor'),
  sometimes('deliver.sgi', 'delivery goes by registration, not by the state of the distributor'),
  sometimes('deliver.guest', 'delivery goes by registration, not by the state of the distributor'),
  sometimes('list.group', 'list registers are filled in the order of injection, all in one group'),
  sometimes('gicc.taken', 'what list registers hold is not what the distributor has'),
  sometimes('gicc.enable', 'what list registers hold is not what the distributor has'),
  sometimes('psci.features', 'PSCI_FEATURES knows less'),
  sometimes('psci.cpuOn', 'CPU_ON answers INVALID_PARAMETERS: the guest has one CPU'),
  sometimes('psci.affinityTarget', 'AFFINITY_INFO is not there'),
  sometimes('psci.systemOff', 'nobody is told of SYSTEM_OFF'),
  sometimes('psci.systemReset', 'SYSTEM_RESET is not done'),
  sometimes('psci.smcccVersion', 'SMCCC_VERSION is not there, and leaves the guest stopped'),
  sometimes('psci.archFeatures', 'SMCCC_ARCH_FEATURES is not there'),
  sometimes('psci.unknown', 'a call that is not known does not come back'),
  sometimes('psci.next', 'a call that is not known leaves the guest stopped'),
  sometimes('robust.alive', 'a NULL ack function is called; what the guest gives is not always checked'),
  sometimes(
    'robust.memory',
    'a NULL ack function is called; what the guest and the caller give is not always checked',
  ),
  sometimes('access.handlerOk', 'a range beyond the end of the address space is registered'),
  copied('absent', 'also those of INTIDs that there are not'),
  copied('ctlr', 'group 1 has no enable'),
  copied('typer', 'another number of CPUs and INTIDs'),
  copied('iidr', 'other values on other reads'),
  copied('icfgr', 'reserved bits can be written'),
  copied('sgiTriggers', 'GICD_ICFGR0 reads as zero'),
  copied('ppiTriggers', 'reserved bits can be written'),
  copied('targetsOne', 'targets can be written with one CPU'),
  copied('identification', 'identification registers read as zero'),
  copied('otherSizes', 'narrow accesses'),
  copied('igroupr', 'groups are not kept'),
  copied('isenabler', 'enables are lost'),
  copied('icenabler', 'enables are lost'),
  copied('sgiEnables', 'SGIs can be disabled'),
  copied('ispendr', 'pending bits are lost'),
  copied('icactiver', 'active bits are not kept'),
  copied('spendsgir', 'SGIs have no senders'),
  copied('itargetsr', 'targets of an SPI are not kept as they are written'),
  copied('sgiPending', 'pending SGIs can be written'),
  ...['copied', 'dtbPlace', 'dtbSize', 'entry', 'inside', 'kernelEndian', 'kernelHeader', 'oldKernel'].map(
    image,
  ),
  ...['disjoint', 'dtbMagic', 'kernelMagic'].map(imageAlways),
];
