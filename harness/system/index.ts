// SPDX-License-Identifier: BSD-2-Clause
/** Microkit system descriptions: written in TypeScript, read from XML, checked, shown. */
export { checkSystem, readChecked } from './check.js';
export type { BoardFacts, CheckContext } from './checks/check.js';
export { drawSystem } from './draw/draw.js';
export { explainSystem } from './explain.js';
export { formatSystem } from './fmt.js';
export { DescriptionError, explainMistake, type Mistake, type Place } from './mistake.js';
export { MemoryRegion, ProtectionDomain, VirtualMachine } from './nodes.js';
export { readSystem } from './read.js';
export { Source } from './source.js';
export { System } from './system.js';
export { defaultVersion, type Version, versions } from './versions.js';
export { writeSystem } from './write.js';
