// SPDX-License-Identifier: BSD-2-Clause
/**
 * The libvmm API text, sentence by sentence, so that a rule can name its source. A test checks that every sentence is
 * covered by a rule. Misprints of the text are kept.
 */
export const sentences = {
  'libvmm.1': 'The virtual machine library (libvmm) provides the following interfaces.',
  'images.1':
    'linux_setup_images is used to copy Linux kernel, initial RAM disc and device tree into guest RAM ready for execution.',
  'images.2': 'The first argument ram_start is the virtual address of the guest RAM.',
  'images.3':
    'The memory pointed to by kernel is checked to see that it is a Linux image before it is copied into an appropriate place in the guest RAM.',
  'images.4': 'initrd_dest and dtb_dest should match what is in the Device Tree.',
  'images.5': 'linux_setup_images() returns the kernel entry point if successful, otherwise -1.',
  'init.1': 'Call to initialise the interrupt controller for a guest.',
  'init.2': 'This must be done before calling virq_register()',
  'register.1': 'Register an interrupt with the virtual interrupt controller.',
  'register.2': 'vpcu_id: the virtual CPU number to devlvier interrupts to',
  'register.3': 'virq_num: the IRQ number to deliver',
  'register.4': 'ack_fn: a function to be called when the guest acknowledges the interrupt',
  'register.5': 'ack_data: a cookie to be passed to the ack_fn when called.',
  'inject.1': 'Inject interrupt irq into the virtul interrupt controller on cpu vcpu_id',
  'passthrough.1':
    'Tell the system that interrupt request irq is a hardware interrupt that will be passed through to the guest.',
  'passthrough.2': 'irq_ch is he channel in the System XML file that maps to that interrupt.',
  'handle.1':
    'Perform an interrupt injection for the interrupt registered with virq_register_passthrough() for channel irq_ch.',
  'start.1': 'Start a guest Linux system, by passing control to the kernel entry point.',
  'stop.1': 'Pause the guest.',
  'restart.1': 'Restart the guest, possibly with a different image.',
} as const;

export type SentenceId = keyof typeof sentences;
