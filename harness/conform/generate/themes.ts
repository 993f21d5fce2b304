// SPDX-License-Identifier: BSD-2-Clause
/** Themes of cases. Each has its own beginning, and draws its steps by weight. */
import type { Rule } from '../../model/index.js';
import { beginGuest, choosePool, initialise, start } from './begin.js';
import * as calls from './calls.js';
import type { CaseBuilder } from './case-builder.js';
import { images } from './images.js';
import * as irq from './interrupts.js';
import * as mapped from './mapped.js';
import * as registers from './registers.js';

export interface Theme {
  readonly name: string;
  /** Prefixes of the ids of the rules that its cases exercise. */
  readonly rules: readonly string[];
  begin(builder: CaseBuilder): void;
  readonly steps: readonly (readonly [weight: number, step: (builder: CaseBuilder) => void])[];
  /** Number of steps between the beginning and the end of a case. */
  readonly length: readonly [least: number, most: number];
  /** Percentage of cases with more than one vCPU. */
  readonly several: number;
}

const life: Theme['steps'] = [
  [14, irq.inject],
  [5, irq.enable],
  [4, irq.disable],
  [6, irq.setPending],
  [3, irq.clearPending],
  [14, irq.take],
  [10, irq.end],
  [2, irq.deactivate],
  [5, irq.drain],
  [5, irq.pendWhileDisabled],
  [3, irq.changePriority],
  [2, irq.changeTargets],
  [2, irq.switchDistributor],
  [2, irq.changeInterface],
  [3, irq.readInterface],
  [1, irq.setActive],
  [1, irq.clearActive],
  [1, irq.setGroup],
  [2, irq.timer],
  [2, irq.sgi],
  [3, irq.sleep],
  [3, registers.loadWord],
];

export const themes: readonly Theme[] = [
  {
    name: 'interrupts',
    rules: [
      'deliver.',
      'list.',
      'gicc.',
      'icc.',
      'gicr.asleep',
      'ack.',
      'api.inject',
      'api.handle',
      'api.register',
      'api.passthrough',
    ],
    begin: beginGuest,
    steps: life,
    length: [3, 30],
    several: 30,
  },
  {
    name: 'overflow',
    rules: ['list.', 'deliver.waited', 'deliver.again', 'gicc.priority'],
    begin: beginGuest,
    steps: [...life, [20, irq.overflow], [12, irq.changePriority], [10, irq.drain]],
    length: [2, 16],
    several: 15,
  },
  {
    name: 'groups',
    rules: [
      'gicc.groupOne',
      'gicc.enable',
      'icc.enable',
      'list.group',
      'list.prompt',
      'gicd.igroupr',
      'deliver.off',
    ],
    begin: (builder) => {
      beginGuest(builder);
      irq.openGroups(builder);
    },
    steps: [...life, [12, irq.setGroup], [6, irq.changeInterface], [8, irq.switchDistributor]],
    length: [3, 20],
    several: 15,
  },
  {
    name: 'registers',
    rules: ['gicd.', 'gicd3.', 'gicr.'],
    begin: beginGuest,
    steps: [
      [20, registers.loadWord],
      [25, registers.storeWord],
      [12, registers.byteAccess],
      [8, registers.oddSize],
      [8, registers.doubleAccess],
      [6, irq.sgi],
      [3, irq.inject],
      [2, irq.take],
      [2, irq.end],
    ],
    length: [4, 40],
    several: 40,
  },
  {
    name: 'forms',
    rules: ['access.'],
    begin: beginGuest,
    steps: [
      [20, registers.oddForm],
      [6, registers.nowhere],
      [5, calls.range],
      [2, calls.unknownRegister],
      [2, registers.storeWord],
    ],
    length: [3, 20],
    several: 15,
  },
  {
    name: 'translation',
    rules: ['access.stage1', 'access.translated'],
    begin: (builder) => {
      beginGuest(builder);
      mapped.emulatedPages(builder);
    },
    steps: [
      [30, mapped.mappedAccess],
      [3, calls.range],
      [2, registers.loadWord],
      [1, registers.storeWord],
    ],
    length: [4, 30],
    several: 20,
  },
  {
    name: 'sgis',
    rules: [
      'deliver.sgi',
      'deliver.target',
      'icc.sgi',
      'gicd.spendsgir',
      'gicd.cpendsgir',
      'gicd.banked',
      'gicd.targets',
    ],
    begin: beginGuest,
    steps: [
      [20, irq.sgi],
      [14, irq.take],
      [10, irq.end],
      [6, irq.drain],
      [4, irq.changeTargets],
      [4, irq.setPending],
      [3, irq.enable],
      [2, irq.changePriority],
      [3, registers.byteAccess],
      [3, registers.loadWord],
    ],
    length: [4, 30],
    several: 90,
  },
  {
    name: 'calls',
    rules: ['api.'],
    begin: (builder) => {
      choosePool(builder);
      if (builder.chance(60)) initialise(builder);
      if (builder.initialised && builder.chance(60)) start(builder);
    },
    steps: [
      [20, calls.register],
      [6, calls.injectAnything],
      [4, calls.handleAnything],
      [4, irq.inject],
      [3, calls.badInit],
      [2, (builder) => initialise(builder)],
      [2, calls.badStart],
    ],
    length: [2, 20],
    several: 40,
  },
  {
    name: 'life',
    rules: ['guest.', 'psci.', 'ack.hardware', 'ack.timer', 'deliver.left'],
    begin: beginGuest,
    steps: [
      [10, calls.restart],
      [3, calls.stop],
      [8, calls.query],
      [6, calls.power],
      [3, calls.system],
      [4, calls.wait],
      [3, calls.suspend],
      [5, calls.leave],
      [2, calls.badStart],
      [8, irq.inject],
      [5, irq.take],
      [3, irq.end],
      [3, irq.enable],
      [2, irq.timer],
      [2, irq.pendWhileDisabled],
      [2, registers.loadWord],
    ],
    length: [2, 16],
    several: 40,
  },
  {
    name: 'images',
    rules: ['images.'],
    begin: () => {},
    steps: [[1, images]],
    length: [1, 1],
    several: 0,
  },
];

/** Themes whose cases can exercise `rule`. */
export function themesOf(rule: Rule): Theme[] {
  return themes.filter(({ rules }) => rules.some((beginning) => rule.id.startsWith(beginning)));
}
