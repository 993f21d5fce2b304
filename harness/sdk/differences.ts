// SPDX-License-Identifier: BSD-2-Clause
/** The differences between Microkit's versions as rows of text, for people: `sdk list -v` and docs/sdk.md. */
import { defaultStackSize } from '../system/limits.js';
import type { Version } from '../system/versions.js';
import { type AttributeSpec, type ElementSpec, vocabulary } from '../system/vocabulary.js';
import { microkitFacts } from './versions.js';

export interface Difference {
  topic: 'kernel' | 'log' | 'tool' | 'description' | 'run time';
  what: string;
  /** What holds in a version. */
  in: (version: Version) => string;
}

const yesNo = (holds: boolean) => (holds ? 'yes' : 'no');
const log = (version: Version) => microkitFacts[version].log;
const tool = (version: Version) => microkitFacts[version].tool;
const runtime = (version: Version) => microkitFacts[version].runtime;

/** `memory_region prefill_path`, ... : what came into the vocabulary in `version`. */
function newInDescriptions(version: Version): string[] {
  return Object.entries<ElementSpec>(vocabulary).flatMap(([element, spec]) => {
    const attributes = Object.entries<AttributeSpec>(spec.attributes)
      .filter(([, attribute]) => attribute.since === version)
      .map(([name]) => `${element} ${name}`);
    const children = Object.entries(spec.children)
      .filter(([, child]) => child.since === version)
      .map(([name]) => `<${name}>`);
    return [...attributes, ...children];
  });
}

export const differences: readonly Difference[] = [
  { topic: 'kernel', what: 'seL4', in: (version) => microkitFacts[version].seL4 },
  { topic: 'log', what: "loader's first line", in: (version) => log(version).loaderStart },
  { topic: 'log', what: "loader's last line", in: (version) => log(version).loaderEnd },
  { topic: 'log', what: "initialiser's first line", in: (version) => log(version).initialiserStart ?? '' },
  { topic: 'log', what: "monitor's first line", in: (version) => log(version).monitorStart },
  { topic: 'log', what: 'line before the domains run', in: (version) => log(version).ready },
  { topic: 'log', what: 'loader gives up', in: (version) => log(version).loaderError.source },
  { topic: 'log', what: 'initial task gives up', in: (version) => log(version).initialiserError.source },
  { topic: 'log', what: 'failed assertion', in: (version) => log(version).assertion.source },
  { topic: 'tool', what: 'options', in: (version) => tool(version).options.join(' ') },
  { topic: 'tool', what: '--image-type (AArch64)', in: (version) => tool(version).imageTypes.join(' ') },
  {
    topic: 'tool',
    what: 'working directory among search paths',
    in: (version) => tool(version).workingDirectory,
  },
  { topic: 'tool', what: 'reads of a configuration', in: (version) => tool(version).reads.join(' ') },
  { topic: 'description', what: 'new words', in: (version) => newInDescriptions(version).join(', ') },
  {
    topic: 'description',
    what: 'default stack_size',
    in: (version) => `0x${defaultStackSize(version).toString(16)}`,
  },
  { topic: 'run time', what: 'configurations', in: (version) => runtime(version).configs.join(' ') },
  { topic: 'run time', what: 'IPC buffer', in: (version) => runtime(version).ipcBuffer },
  {
    topic: 'run time',
    what: 'bytes kept above the stack',
    in: (version) => `0x${runtime(version).reservedAboveStack.toString(16)}`,
  },
  {
    topic: 'run time',
    what: 'kernel takes smc="true" as shipped',
    in: (version) => yesNo(runtime(version).smc),
  },
  {
    topic: 'run time',
    what: 'a failed assertion stops the domain',
    in: (version) => yesNo(runtime(version).assertionStops),
  },
  {
    topic: 'run time',
    what: 'libmicrokit acknowledges interrupts at start',
    in: (version) => yesNo(runtime(version).acknowledgesAtStart),
  },
  {
    topic: 'run time',
    what: 'deferred notify survives a reply',
    in: (version) => yesNo(runtime(version).deferredSurvivesReply),
  },
  { topic: 'run time', what: 'microkit_pd_resume()', in: (version) => yesNo(runtime(version).resume) },
];
