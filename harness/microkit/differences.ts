// SPDX-License-Identifier: BSD-2-Clause
/** The differences between Microkit's versions as rows of text: for `sdk list -v` and docs/sdk.md. */
import { hex } from '../base/text.js';
import { defaultStackSize, ipcBufferOnTop } from '../system/limits.js';
import { type Version, versions } from '../system/versions.js';
import { type AttributeSpec, type ElementSpec, vocabulary } from '../system/vocabulary.js';
import { type LogLines, microkitFacts, type RuntimeFacts, type ToolFacts } from './versions.js';

export interface Difference {
  topic: 'kernel' | 'log' | 'tool' | 'description' | 'run time';
  what: string;
  /** The value in each version. A list that grew shows only its additions: `+ --image-type`. */
  values: Readonly<Record<Version, string>>;
}

type Of<T> = (version: Version) => T;

function row(topic: Difference['topic'], what: string, of: Of<string | boolean | undefined>): Difference {
  const text = (version: Version) => {
    const value = of(version);
    return typeof value === 'boolean' ? (value ? 'yes' : 'no') : (value ?? 'none');
  };
  return {
    topic,
    what,
    values: Object.fromEntries(versions.map((one) => [one, text(one)])) as Difference['values'],
  };
}

/** A row for a list that never shrinks from one version to the next. */
function growing(topic: Difference['topic'], what: string, of: Of<readonly string[]>): Difference {
  return row(topic, what, (version) => {
    const before = versions[versions.indexOf(version) - 1];
    if (before === undefined) return of(version).join(' ') || undefined;
    const added = of(version).filter((one) => !of(before).includes(one));
    return added.length === 0 ? `as ${before}` : `+ ${added.join(' ')}`;
  });
}

/** The tags of elements for which the vocabulary has more than one kind. */
const tags: Record<string, string> = { child_domain: 'protection_domain', vm_map: 'map' };

/** `memory_region prefill_path`, `<cspace>`: the additions to the vocabulary in `version`. */
function newWords(version: Version): string {
  const words = Object.entries<ElementSpec>(vocabulary).flatMap(([key, spec]) => {
    const element = tags[key] ?? key;
    const attributes = Object.entries<AttributeSpec>(spec.attributes)
      .filter(([, attribute]) => attribute.since === version)
      .map(([name]) => `${element} ${name}`);
    const children = Object.entries(spec.children)
      .filter(([, child]) => child.since === version)
      .map(([name]) => `<${name}>`);
    return [...attributes, ...children];
  });
  return [...new Set(words)].join(', ');
}

const log =
  <K extends keyof LogLines>(key: K): Of<LogLines[K]> =>
  (version) =>
    microkitFacts[version].log[key];
const pattern =
  (key: 'loaderError' | 'initialiserError' | 'assertion'): Of<string> =>
  (version) =>
    `/${microkitFacts[version].log[key].source}/`;
const tool =
  <K extends keyof ToolFacts>(key: K): Of<ToolFacts[K]> =>
  (version) =>
    microkitFacts[version].tool[key];
const runtime =
  <K extends keyof RuntimeFacts>(key: K): Of<RuntimeFacts[K]> =>
  (version) =>
    microkitFacts[version].runtime[key];

export const differences: readonly Difference[] = [
  row('kernel', 'seL4', (version) => microkitFacts[version].seL4),
  row('log', "loader's first line", log('loaderStart')),
  row('log', "loader's last line", log('loaderEnd')),
  row('log', "initialiser's first line", log('initialiserStart')),
  row('log', "monitor's first line", log('monitorStart')),
  row('log', 'last line before the protection domains run', log('ready')),
  row('log', 'the loader gives up', pattern('loaderError')),
  row('log', 'the initial task gives up', pattern('initialiserError')),
  row('log', 'a failed assertion', pattern('assertion')),
  growing('tool', 'options', tool('options')),
  growing('tool', '--image-type on AArch64', tool('imageTypes')),
  row('tool', 'place of the working directory in the search path', tool('workingDirectory')),
  growing('tool', 'files of a configuration that the tool needs', tool('reads')),
  row('description', 'new elements and attributes', (version) => newWords(version) || undefined),
  row('description', 'default stack_size', (version) => `${hex(defaultStackSize(version))}`),
  growing('run time', 'configurations', runtime('configs')),
  row('run time', 'IPC buffer', (version) =>
    ipcBufferOnTop(version) ? 'top page of the address space, a guard page below' : 'after the program image',
  ),
  row('run time', 'smc="true" works as shipped', runtime('smc')),
  row('run time', 'a failed assertion stops the protection domain', runtime('assertionStops')),
  row(
    'run time',
    'libmicrokit acknowledges every interrupt before the first',
    runtime('acknowledgesAtStart'),
  ),
  row('run time', 'a deferred notify or acknowledgement survives a reply', runtime('deferredSurvivesReply')),
  row('run time', 'microkit_pd_resume()', runtime('resume')),
  row(
    'run time',
    "a guest's debug registers reach no other protection domain",
    (version) => microkitFacts[version].runtime.debugRegistersSwitched.join(', ') || undefined,
  ),
  row('run time', "a guest's PAR_EL1 survives an abort", runtime('keepsPar')),
];
