// SPDX-License-Identifier: BSD-2-Clause
/** Runs of several boards, SDKs and configurations as a table. */
import type { Entry, RunEntry } from '../data.js';
import { Mark } from './parts.js';
import { addressOf } from './place.js';

interface Cell {
  entry: RunEntry;
  index: number;
}

const rowOf = ({ board, sdk }: RunEntry): string => `${board}, ${sdk}`;

interface Props {
  entries: readonly Entry[];
  /** Indices of the entries that pass the filter. */
  shown: readonly number[];
  /** Sets the filter. */
  filter(words: string): void;
}

/** Shows nothing if there is only one row or one column, because the list shows the same. */
export function Matrix({ entries, shown, filter }: Props) {
  const cells = entries.flatMap((entry, index): Cell[] =>
    entry.kind === 'run' && entry.config !== '' ? [{ entry, index }] : [],
  );
  const rows = [...new Set(cells.map(({ entry }) => rowOf(entry)))];
  const configs = [...new Set(cells.map(({ entry }) => entry.config))];
  if (rows.length < 2 || configs.length < 2) return null;
  return (
    <div class="scroll">
      <table class="matrix">
        <thead>
          <tr>
            <th>board, SDK</th>
            {configs.map((config) => (
              <th key={config}>
                <button type="button" onClick={() => filter(config)}>
                  {config}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              <th>
                <button type="button" onClick={() => filter(row)}>
                  {row}
                </button>
              </th>
              {configs.map((config) => (
                <td key={config}>
                  {cells
                    .filter(({ entry }) => rowOf(entry) === row && entry.config === config)
                    .map(({ entry, index }) => (
                      <a
                        key={index}
                        class={shown.includes(index) ? '' : 'faint'}
                        href={addressOf({ entry: index })}
                        aria-label={`${entry.name}: ${entry.outcome}`}
                      >
                        <Mark outcome={entry.outcome} />
                      </a>
                    ))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
