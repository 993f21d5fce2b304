// SPDX-License-Identifier: BSD-2-Clause
/** A console's lines with their colours: numbered, searchable, and with one of them marked. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { ConsoleLine } from '../data.js';

/** Lines of one block. A browser lays out only the visible blocks (CSS content-visibility). */
const blockSize = 200;

const textOf = ({ spans }: ConsoleLine): string => spans.map(([text]) => text).join('');

interface LineProps {
  line: ConsoleLine;
  number: number;
  marked: boolean;
  /** It belongs to the part that was asked for. */
  own: boolean;
  hit: boolean;
}

function Line({ line, number, marked, own, hit }: LineProps) {
  const at = line.at === undefined ? '' : line.at.toFixed(3);
  return (
    <div
      class={`line${marked ? ' marked' : ''}${own ? ' own' : ''}${hit ? ' hit' : ''}`}
      id={`line-${number}`}
    >
      <span class="gutter">
        <span class="at">{at}</span> {number}
      </span>
      <span class="text">
        {line.spans.map(([text, style]) => (style === undefined ? text : <span class={style}>{text}</span>))}
      </span>
    </div>
  );
}

interface Props {
  lines: readonly ConsoleLine[];
  skipped: number;
  /** The line to show, from 1 in the whole log. */
  line: number | undefined;
  /** The last line of the part that begins there. */
  lastLine?: number | undefined;
  /** Name of its log. */
  name: string;
}

export function ConsoleView({ lines, skipped, line, lastLine = line, name }: Props) {
  const [wanted, setWanted] = useState('');
  const [at, setAt] = useState(0);
  const hits = useMemo(() => {
    const words = wanted.toLowerCase();
    if (words === '') return [];
    return lines.flatMap((one, index) => (textOf(one).toLowerCase().includes(words) ? [index] : []));
  }, [lines, wanted]);
  const current = hits.length === 0 ? undefined : hits[at % hits.length];
  const target = current === undefined ? line : current + 1 + skipped;
  useEffect(() => {
    const shown = target === undefined ? undefined : document.getElementById(`line-${target}`);
    if (shown) shown.scrollIntoView({ block: 'center' });
  }, [target]);
  const hitSet = useMemo(() => new Set(hits), [hits]);
  const blocks = Array.from({ length: Math.ceil(lines.length / blockSize) }, (_, block) => block * blockSize);
  return (
    <>
      <div class="filters">
        <label>
          search{' '}
          <input
            type="search"
            value={wanted}
            onInput={({ currentTarget }) => {
              setWanted(currentTarget.value);
              setAt(0);
            }}
            onKeyDown={({ key, shiftKey }) => {
              if (key === 'Enter' && hits.length > 0)
                setAt((at + (shiftKey ? hits.length - 1 : 1)) % hits.length);
            }}
          />
        </label>
        {wanted === '' ? null : (
          <output>
            {hits.length === 0 ? 'not found' : `${(at % hits.length) + 1} of ${hits.length} lines`}
          </output>
        )}
        {skipped > 0 ? (
          <span class="hint">
            the first {skipped} lines are only in {name}.log
          </span>
        ) : null}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <div class="console" tabIndex={0} role="log" aria-label={name}>
        {blocks.map((first) => (
          <div
            class="block"
            key={first}
            style={`contain-intrinsic-size:auto ${Math.min(blockSize, lines.length - first) * 1.35}em`}
          >
            {lines.slice(first, first + blockSize).map((one, offset) => {
              const index = first + offset;
              const number = index + 1 + skipped;
              return (
                <Line
                  key={number}
                  line={one}
                  number={number}
                  marked={number === target}
                  own={line !== undefined && number >= line && number <= (lastLine ?? line)}
                  hit={hitSet.has(index)}
                />
              );
            })}
          </div>
        ))}
      </div>
    </>
  );
}
