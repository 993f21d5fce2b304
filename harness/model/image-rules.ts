// SPDX-License-Identifier: BSD-2-Clause
/** Rules of linux_setup_images. */
import { api, defineRules, deviceTree, linuxBoot } from './rule.js';

const kernelImage = linuxBoot('4. Call the kernel image');

export const imageRules = defineRules('images', {
  copied: {
    says: 'Kernel, device tree and initial RAM disc are copied unchanged, and nothing else in RAM is written.',
    from: [api('images.1')],
  },
  ram: {
    says: 'ram_start is the address of guest RAM in the VMM: the images are copied there.',
    from: [api('images.2')],
  },
  kernelMagic: {
    says: 'A kernel without the magic number of an arm64 Image is refused.',
    from: [api('images.3'), kernelImage],
  },
  kernelHeader: {
    says: 'A kernel that is shorter than the header of an Image is refused.',
    from: [api('images.3'), kernelImage],
  },
  kernelEndian: {
    says: 'A big-endian kernel is refused.',
    from: [api('images.3'), kernelImage],
    choice: 'The guest starts little-endian, as guest_start leaves SCTLR_EL1.',
  },
  kernelAligned: {
    says: 'A kernel whose text_offset is not a multiple of 4 is refused.',
    from: [api('images.3'), kernelImage],
    choice: 'Its first instruction would be misaligned.',
  },
  destinations: {
    says: 'Device tree and initial RAM disc end up at dtb_dest and initrd_dest.',
    from: [api('images.4')],
  },
  entry: {
    says: 'The result is the entry point: text_offset bytes above the first 2 MiB boundary in guest RAM.',
    from: [api('images.5'), api('images.3'), kernelImage],
  },
  oldKernel: {
    says: 'An Image whose image_size is zero starts 0x80000 above the boundary.',
    from: [api('images.3'), kernelImage],
  },
  failure: { says: 'The result of a refused call is -1.', from: [api('images.5')] },
  untouched: {
    says: 'A refused call leaves guest RAM as it was.',
    from: [api('images.5')],
    choice: 'A half-copied set of images would be neither the old guest nor the new one.',
  },
  inside: {
    says: 'Images that would not fit inside guest RAM are refused; image_size is the size of the kernel.',
    from: [api('images.3'), kernelImage],
  },
  disjoint: {
    says: 'Images whose destinations overlap are refused.',
    from: [api('images.1'), kernelImage],
  },
  dtbMagic: {
    says: 'A device tree without its magic number is refused.',
    from: [api('images.1'), deviceTree('5.2')],
  },
  dtbSize: {
    says: 'A truncated device tree, or one shorter than its header, is refused.',
    from: [api('images.1'), deviceTree('5.2')],
  },
  dtbPlace: {
    says: 'A device tree that is larger than 2 MiB or not at a multiple of 8 is refused.',
    from: [api('images.1'), linuxBoot('2. Setup the device tree')],
  },
});
