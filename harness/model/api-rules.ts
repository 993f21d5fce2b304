// SPDX-License-Identifier: BSD-2-Clause
/** Rules of the API calls on interrupts. */
import { api, arm, defineRules, gic, linuxBoot, sel4 } from './rule.js';

export const apiRules = defineRules('api', {
  complete: {
    says: 'All nine functions of the API exist and can be called.',
    from: [api('libvmm.1')],
  },
  initOk: {
    says: 'virq_controller_init answers true for a vCPU of the guest, and its interrupt controller is then as after reset.',
    from: [api('init.1')],
  },
  initVcpu: {
    says: 'virq_controller_init answers false for a vCPU that does not exist.',
    from: [api('init.1')],
    choice: 'The text only gives the result a type.',
  },
  initAgain: {
    says: 'virq_controller_init of what is initialised answers true and changes nothing.',
    from: [api('init.1')],
    choice: 'It takes a vCPU: a VMM may call it for each. What is initialised is as it should be.',
  },
  registerOk: {
    says: 'virq_register answers true for a PPI or SPI of an existing vCPU that is not registered yet.',
    from: [api('register.1'), api('register.3')],
  },
  registerEarly: {
    says: 'virq_register before virq_controller_init answers false.',
    from: [api('init.2')],
  },
  registerVcpu: {
    says: 'virq_register for a vCPU that does not exist answers false.',
    from: [api('register.2')],
  },
  registerRange: {
    says: 'virq_register of an INTID that the distributor does not show answers false.',
    from: [api('register.3'), gic('4.3.2')],
  },
  registerSgi: {
    says: 'virq_register of an SGI answers false.',
    from: [api('register.3'), gic('2.2.1')],
    choice: 'SGIs are made by writes of GICD_SGIR, each with a sender; nothing outside the guest can be one.',
  },
  registerTwice: {
    says: 'virq_register of what is registered already answers false, and the first registration stays.',
    from: [api('register.1')],
    choice:
      'Silent in the text; to replace an ack function behind the back of its owner would lose acknowledgements.',
  },
  registerTarget: {
    says: 'An SPI that was registered for a vCPU is delivered to that vCPU until the guest writes its GICD_ITARGETSR.',
    from: [api('register.2'), gic('4.3.12')],
    choice:
      'The vCPU of the registration is the reset value of the SPI target; a guest that moves it is obeyed.',
  },
  injectOk: {
    says: 'virq_inject of a registered interrupt that is enabled and forwarded answers true.',
    from: [api('inject.1')],
  },
  injectUnknown: {
    says: 'virq_inject of what is not registered for this vCPU, or does not exist, answers false and does nothing.',
    from: [api('inject.1'), api('register.1')],
  },
  injectDisabled: {
    says: 'virq_inject of an interrupt that is not enabled answers false; it stays pending and is delivered when enabled.',
    from: [api('inject.1'), gic('3.2.2')],
    choice:
      'The answer says whether the interrupt is on its way to the guest; that it is latched as pending is how a GIC has it.',
  },
  injectPulse: {
    says: 'virq_inject latches the interrupt whatever its trigger: it is delivered once for the call.',
    from: [api('inject.1'), gic('3.2.4')],
    choice: 'The API has no call that would lower a level again.',
  },
  passthroughOk: {
    says: 'virq_register_passthrough answers true where virq_register would and the channel is free.',
    from: [api('passthrough.1'), api('passthrough.2')],
  },
  passthroughBad: {
    says: 'virq_register_passthrough answers false where virq_register would.',
    from: [api('passthrough.1'), api('init.2')],
  },
  passthroughChannel: {
    says: 'virq_register_passthrough answers false for a channel that has no interrupt in the system description, or passes another one through.',
    from: [api('passthrough.2')],
    choice: 'One <irq> element has one channel id and one interrupt.',
  },
  passthroughVcpu: {
    says: 'A passthrough interrupt goes to the vCPU that it was registered for.',
    from: [api('passthrough.1'), api('handle.1')],
  },
  handleOk: {
    says: 'virq_handle_passthrough injects the interrupt of its channel and answers as virq_inject does.',
    from: [api('handle.1')],
  },
  handleUnknown: {
    says: 'virq_handle_passthrough of a channel that passes nothing through answers false and does nothing.',
    from: [api('handle.1')],
  },
  refused: {
    says: 'No call of the API and no action of the guest makes the VMM do a system call that the kernel refuses.',
    needs: 'kernel',
    from: [sel4('Invocations')],
    choice: 'Microkit ends a protection domain whose call is refused.',
  },
});

export const guestRules = defineRules('guest', {
  start: {
    says: 'guest_start answers true and the vCPU runs from the entry point that it was given.',
    from: [api('start.1')],
  },
  startRegisters: {
    says: 'The guest starts with the device tree in x0, zero in x1 to x3, at EL1h, interrupts masked, MMU off.',
    from: [api('start.1'), linuxBoot('4. Call the kernel image')],
  },
  startVcpu: {
    says: 'guest_start for a vCPU that does not exist answers false.',
    from: [api('start.1')],
  },
  startEntry: {
    says: 'guest_start answers false when the entry point is not the address of an instruction in guest RAM.',
    from: [api('start.1')],
    choice: 'Control can only be passed to something that the guest has.',
  },
  stop: {
    says: 'After guest_stop no vCPU of the guest runs, and its registers and interrupts stay as they are.',
    from: [api('stop.1')],
    choice:
      'The API has no call to resume; guest_start begins anew. What a handler is called for is done before the pause.',
  },
  startAgain: {
    says: 'guest_start of a guest that has run before starts it as if for the first time: vCPUs and interrupt controller as new.',
    from: [api('start.1')],
    choice: 'A kernel at its entry point expects the machine as after reset.',
  },
  restart: {
    says: 'guest_restart answers true and the guest runs from the entry point of its image, as after guest_start.',
    from: [api('restart.1')],
  },
  restartController: {
    says: 'After guest_restart the interrupt controller is as after reset: nothing enabled, pending, active or taken.',
    from: [api('restart.1')],
  },
  restartRegistrations: {
    says: 'What the VMM has registered stays registered over guest_restart.',
    from: [api('restart.1')],
    choice: 'Registrations describe the machine, which stays the same; only what runs on it is new.',
  },
  restartVcpu: {
    says: 'guest_restart for a vCPU that does not exist answers false and changes nothing.',
    from: [api('restart.1')],
  },
  wait: {
    says: 'WFI and WFE end: at once, or at the latest when an interrupt is in a list register of the vCPU.',
    from: [arm('Wait for Interrupt')],
    choice: 'An end without a reason is allowed by the architecture.',
  },
});
