// SPDX-License-Identifier: BSD-2-Clause
/**
 * A console's bytes as lines with colours. Colours and weights are kept (ECMA-48, 8.3.117 SGR). Every other control
 * character is shown as text, so that nothing that a guest prints can affect the viewer.
 */
import type { ConsoleLine, Span } from './data.js';

const colours = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;

interface Style {
  colour?: string;
  bold?: true;
  faint?: true;
}

/** Control characters, characters that reverse text or are invisible (Unicode's Cc and Cf), and line separators. */
const hidden = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Unicode's pictures of the first 32 control characters. */
const firstPicture = 0x2400;

const visible = (text: string): string =>
  text.replace(hidden, (letter) => {
    const code = letter.codePointAt(0) ?? 0;
    if (letter === '\t') return letter;
    return code < 0x20 ? String.fromCharCode(firstPicture + code) : `\\u{${code.toString(16)}}`;
  });

/** Applies the numbers of one SGR sequence. */
function applied(before: Style, numbers: readonly number[]): Style {
  let style = before;
  for (const number of numbers.length === 0 ? [0] : numbers) {
    const bright = number >= 90 && number <= 97;
    const colour = colours[bright ? number - 90 : number - 30];
    if (number === 0) style = {};
    else if (number === 1) style = { ...style, bold: true };
    else if (number === 2) style = { ...style, faint: true };
    else if (number === 22) style = style.colour === undefined ? {} : { colour: style.colour };
    else if (number === 39)
      style = { ...(style.bold && { bold: true }), ...(style.faint && { faint: true }) };
    else if (colour !== undefined && (bright || number <= 37)) style = { ...style, colour };
  }
  return style;
}

const nameOf = ({ colour, bold, faint }: Style): string =>
  [bold && 'bold', faint && 'faint', colour].filter(Boolean).join(' ');

// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
const colourSequence = /\u001b\[([0-9;]{0,40})m/g;

/** The pieces of one line. The style at its end is the next line's first. */
function spansOf(line: string, begin: Style): { spans: Span[]; end: Style } {
  const spans: Span[] = [];
  let style = begin;
  let at = 0;
  const add = (text: string) => {
    if (text === '') return;
    const name = nameOf(style);
    spans.push(name === '' ? [visible(text)] : [visible(text), name]);
  };
  for (const match of line.matchAll(colourSequence)) {
    add(line.slice(at, match.index));
    style = applied(style, (match[1] ?? '').split(';').filter(Boolean).map(Number));
    at = match.index + match[0].length;
  }
  add(line.slice(at));
  return { spans, end: style };
}

/** Lines to keep of a longer log: its end shows why it ended. */
const mostLines = 20_000;
/** Characters to keep of a longer line. */
const longestLine = 4_000;

/** `[   12.345] text`, as in console.timed.log. */
const timed = /^\[ *(\d+\.\d+)\] /;

/** `line` without the carriage returns at its end. */
function withoutReturns(line: string): string {
  let end = line.length;
  while (line[end - 1] === '\r') end -= 1;
  return line.slice(0, end);
}

/**
 * The lines of a log.
 *
 * @param text console.timed.log, or console.log if that does not exist
 * @param before number of lines in the log before that text
 * @returns the last {@link mostLines} lines, and the number of lines before them
 */
export function consoleLines(text: string, before = 0): { lines: ConsoleLine[]; skipped: number } {
  const all = text.split('\n');
  if (all.at(-1) === '') all.pop();
  if (all[0]?.startsWith('# seconds since ')) all.shift();
  const skipped = Math.max(0, all.length - mostLines);
  let style: Style = {};
  const lines = all.slice(skipped).map((raw): ConsoleLine => {
    const at = timed.exec(raw);
    const whole = withoutReturns(raw.slice(at?.[0].length ?? 0));
    const kept = whole.length > longestLine ? `${whole.slice(0, longestLine)}…` : whole;
    const { spans, end } = spansOf(kept, style);
    style = end;
    return at === null ? { spans } : { at: Number(at[1]), spans };
  });
  return { lines, skipped: before + skipped };
}
