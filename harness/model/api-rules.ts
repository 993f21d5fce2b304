// SPDX-License-Identifier: BSD-2-Clause
/** Rules of the API calls, except linux_setup_images. */
import { api, arm, defineRules, gic, linuxBoot, sel4 } from './rule.js';

export const apiRules = defineRules('api', {
  complete: {
    says: 'All nine functions of the API exist and can be called.',
    from: [api('libvmm.1')],
  },
  initOk: {
    says: 'virq_controller_init returns true for a vCPU of the guest, and leaves the interrupt controller in its reset state.',
    from: [api('init.1')],
  },
  initVcpu: {
    says: 'virq_controller_init returns false for a vCPU that does not exist.',
    from: [api('init.1')],
    choice: 'The text gives only the type of the result.',
  },
  initAgain: {
    says: 'A second virq_controller_init returns true and changes nothing.',
    from: [api('init.1')],
    choice: 'The call takes a vCPU, so a VMM may call it for each one.',
  },
  registerOk: {
    says: 'virq_register returns true for a PPI or SPI of an existing vCPU that is not registered yet.',
    from: [api('register.1'), api('register.3')],
  },
  registerEarly: {
    says: 'virq_register before virq_controller_init returns false.',
    from: [api('init.2')],
  },
  registerVcpu: {
    says: 'virq_register for a vCPU that does not exist returns false.',
    from: [api('register.2')],
  },
  registerRange: {
    says: 'virq_register of an INTID that the distributor does not implement returns false.',
    from: [api('register.3'), gic('4.3.2')],
  },
  registerSgi: {
    says: 'virq_register of an SGI returns false.',
    from: [api('register.3'), gic('2.2.1')],
    choice:
      'An SGI is sent by a write of GICD_SGIR and has a vCPU as its sender; nothing outside the guest can send one.',
  },
  registerTwice: {
    says: 'virq_register of an interrupt that is already registered returns false, and the first registration stays.',
    from: [api('register.1')],
    choice:
      "The text is silent. Replacing an ack function behind its owner's back would lose acknowledgements.",
  },
  registerTarget: {
    says: 'An SPI that is registered for a vCPU is delivered to that vCPU until the guest writes its GICD_ITARGETSR.',
    from: [api('register.2'), gic('4.3.12')],
    choice: "The vCPU of the registration is the reset value of the SPI's target. The guest can change it.",
  },
  injectOk: {
    says: 'virq_inject of a registered interrupt that is enabled and forwarded returns true.',
    from: [api('inject.1')],
  },
  injectUnknown: {
    says: 'virq_inject of an interrupt that is not registered for this vCPU, or does not exist, returns false and does nothing.',
    from: [api('inject.1'), api('register.1')],
  },
  injectDisabled: {
    says: 'virq_inject of an interrupt that is not enabled returns false; the interrupt stays pending and is delivered once it is enabled.',
    from: [api('inject.1'), gic('3.2.2')],
    choice:
      'The result reports whether the interrupt is on its way to the guest. That it is latched as pending follows from the GIC.',
  },
  injectPulse: {
    says: 'virq_inject latches the interrupt, whatever its trigger: one call causes one delivery.',
    from: [api('inject.1'), gic('3.2.4')],
    choice: 'The API has no call that would lower the level again.',
  },
  passthroughOk: {
    says: 'virq_register_passthrough returns true where virq_register would and the channel is free.',
    from: [api('passthrough.1'), api('passthrough.2')],
  },
  passthroughBad: {
    says: 'virq_register_passthrough returns false where virq_register would.',
    from: [api('passthrough.1'), api('init.2')],
  },
  passthroughChannel: {
    says: 'virq_register_passthrough returns false for a channel without an interrupt in the system description, or one that already passes another interrupt through.',
    from: [api('passthrough.2')],
    choice: 'One <irq> element has one channel id and one interrupt.',
  },
  passthroughVcpu: {
    says: 'A passthrough interrupt goes to the vCPU that it was registered for.',
    from: [api('passthrough.1'), api('handle.1')],
  },
  handleOk: {
    says: 'virq_handle_passthrough injects the interrupt of its channel and returns what virq_inject would.',
    from: [api('handle.1')],
  },
  handleUnknown: {
    says: 'virq_handle_passthrough of a channel that passes nothing through returns false and does nothing.',
    from: [api('handle.1')],
  },
  refused: {
    says: 'No API call and no action of the guest makes the VMM invoke a system call that the kernel refuses.',
    needs: 'kernel',
    from: [sel4('Invocations')],
    choice: 'Microkit stops a protection domain whose system call is refused.',
  },
});

export const guestRules = defineRules('guest', {
  start: {
    says: 'guest_start returns true and the vCPU runs from the given entry point.',
    from: [api('start.1')],
  },
  startRegisters: {
    says: 'The guest starts with the device tree in x0, zero in x1 to x3, at EL1h, interrupts masked, MMU off.',
    from: [api('start.1'), linuxBoot('4. Call the kernel image')],
  },
  startVcpu: {
    says: 'guest_start for a vCPU that does not exist returns false.',
    from: [api('start.1')],
  },
  startEntry: {
    says: 'guest_start returns false when the entry point is not the address of an instruction in guest RAM.',
    from: [api('start.1')],
    choice: 'Control can be passed only to memory of the guest.',
  },
  stop: {
    says: 'After guest_stop no vCPU of the guest runs, and its registers and interrupts stay as they are.',
    from: [api('stop.1')],
    choice:
      'The API has no call to resume: guest_start begins anew. An access whose handler is running is completed before the pause.',
  },
  startAgain: {
    says: 'guest_start of a guest that has run before starts it as if for the first time: vCPUs and interrupt controller are reset.',
    from: [api('start.1')],
    choice: 'A kernel expects the machine in its reset state at its entry point.',
  },
  restart: {
    says: 'guest_restart returns true and the guest runs from the entry point of its image, as after guest_start.',
    from: [api('restart.1')],
  },
  restartController: {
    says: 'After guest_restart the interrupt controller is in its reset state: nothing is enabled, pending, active or taken.',
    from: [api('restart.1')],
  },
  restartRegistrations: {
    says: "The VMM's registrations survive guest_restart.",
    from: [api('restart.1')],
    choice: 'Registrations describe the machine, which stays the same. Only the software on it is new.',
  },
  restartVcpu: {
    says: 'guest_restart for a vCPU that does not exist returns false and changes nothing.',
    from: [api('restart.1')],
  },
  wait: {
    says: 'WFI and WFE end at the latest when an interrupt is in a list register of the vCPU.',
    from: [arm('Wait for Interrupt')],
    choice: 'The architecture allows them to end at any time.',
  },
});
