// SPDX-License-Identifier: BSD-2-Clause
/** The cases of a suite: its matrix without the excluded ones, narrowed to those that were requested. */
import { HarnessError } from '../../base/error.js';
import type { Suite } from './suite.js';

/** One combination of the matrix. */
export interface SuiteCase {
  board: string;
  config: string;
  /** The value of --sdk; undefined means the SDK that every command uses by default. */
  sdk: string | undefined;
}

const defaultBoards = ['qemu_virt_aarch64'];
const defaultConfigs = ['debug'];

/** The name of a case in tables and folders. */
export const caseName = ({ board, config, sdk }: SuiteCase): string =>
  [board, config, ...(sdk === undefined ? [] : [sdk.replaceAll(/[^\w.-]+/g, '_').replace(/^_+/, '')])].join(
    '-',
  );

export interface Selection {
  board?: string | undefined;
  config?: string | undefined;
  sdk?: string | undefined;
  /** Part `index` of `count`, from 1: the share of one of several CI machines. */
  shard?: { index: number; count: number } | undefined;
}

const fits = (suiteCase: SuiteCase, wanted: Selection): boolean =>
  (wanted.board === undefined || wanted.board === suiteCase.board) &&
  (wanted.config === undefined || wanted.config === suiteCase.config) &&
  (wanted.sdk === undefined || wanted.sdk === suiteCase.sdk);

/**
 * The cases to run. A requested board, configuration or SDK that is not in the matrix replaces its axis, so that a
 * suite without a matrix can be tried anywhere.
 *
 * Throws HarnessError (usage) when nothing is left.
 */
export function casesOf({ matrix, exclude }: Suite, selection: Selection): SuiteCase[] {
  const axis = <T>(values: readonly T[], asked: T | undefined): readonly T[] =>
    asked === undefined || values.includes(asked) ? values : [asked];
  const boards = axis(matrix.board ?? defaultBoards, selection.board);
  const configs = axis(matrix.config ?? defaultConfigs, selection.config);
  const sdks = axis<string | undefined>(matrix.sdk ?? [undefined], selection.sdk);
  const all = boards.flatMap((board) =>
    configs.flatMap((config) => sdks.map((sdk): SuiteCase => ({ board, config, sdk }))),
  );
  const excluded = (suiteCase: SuiteCase) => exclude.some((rule) => fits(suiteCase, rule));
  const wanted = all.filter((suiteCase) => fits(suiteCase, selection) && !excluded(suiteCase));
  const { index, count } = selection.shard ?? { index: 1, count: 1 };
  const cases = wanted.filter((_, place) => place % count === index - 1);
  if (wanted.length > 0) return cases;
  throw new HarnessError('usage', 'the suite has no such case', {
    expected: `one of ${
      all
        .filter((suiteCase) => !excluded(suiteCase))
        .map(caseName)
        .join(', ') || '(every case is excluded)'
    }`,
    got: caseName({
      board: selection.board ?? 'any board',
      config: selection.config ?? 'any configuration',
      sdk: selection.sdk,
    }),
  });
}
