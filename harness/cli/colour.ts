// SPDX-License-Identifier: BSD-2-Clause
/**
 * Colour on a terminal. It is added to text whose control characters have been made visible, and carries no meaning of
 * its own.
 */

/**
 * Whether a stream gets colour. FORCE_COLOR decides if set, then NO_COLOR (no-color.org), then TERM=dumb; otherwise a
 * terminal gets it.
 */
export function wantsColour(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  const { FORCE_COLOR: force, NO_COLOR: none, TERM: terminal } = env;
  if (force !== undefined) return force !== '0' && force !== 'false';
  if (none) return false;
  return isTerminal && terminal !== 'dumb';
}

/** Parameters of SGR that switch a style on and off (ECMA-48, 8.3.117). */
const styles = { green: [32, 39], red: [31, 39], yellow: [33, 39], dim: [2, 22] } as const;
type Style = keyof typeof styles;

/** The styles of words that are verdicts. */
const meanings: readonly (readonly [style: Style, words: string])[] = [
  ['green', 'pass|PASS|ok'],
  ['red', 'fail|FAIL|ERR|error|ERROR|MISSING|INTERRUPTED|NOTHING WAS TESTED'],
  ['yellow', 'skip|skipped|warning'],
];

/**
 * Places in a line at which such a word is a verdict: a cell of a table, the first word, the end of a step, a mistake.
 */
const places = (words: string): RegExp =>
  new RegExp(
    `(?<= {2})(?:${words})(?= {1,2}|$)|^(?:${words})(?=[:,]| {2})|(?<=: )(?:${words})(?=(?: \\([\\d.]+ s\\))?$|: )`,
    'gm',
  );

const rules: readonly (readonly [Style, RegExp])[] = [
  ...meanings.map(([style, words]) => [style, places(words)] as const),
  ['dim', /^ *(?:expected|got|way out|at|repeat|run folder|report):(?= )/gm],
];

/** The text with its verdicts in colour. */
export function paint(text: string): string {
  let painted = text;
  for (const [style, place] of rules) {
    const [on, off] = styles[style];
    painted = painted.replace(place, `\x1b[${on}m$&\x1b[${off}m`);
  }
  return painted;
}
