// SPDX-License-Identifier: BSD-2-Clause
/** Microkit system descriptions: written in TypeScript, read from XML, checked. */
export { DescriptionError, type Mistake, type Place } from './mistake.js';
export { MemoryRegion, ProtectionDomain, VirtualMachine } from './nodes.js';
export { readSystem } from './read.js';
export { Source } from './source.js';
export { System } from './system.js';
export { defaultVersion, type Version, versions } from './versions.js';
export { writeSystem } from './write.js';
