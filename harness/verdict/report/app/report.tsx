// SPDX-License-Identifier: BSD-2-Clause
/** The whole page: the verdict, the entries as a table with a filter, and the open entry. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Entry, ReportData } from '../data.js';
import { ConformView } from './conform-view.js';
import { Matrix } from './matrix.js';
import { duration, Mark } from './parts.js';
import { addressOf, usePlace } from './place.js';
import { RunView } from './run-view.js';

const good = (entry: Entry) => entry.outcome === 'pass' || entry.outcome === 'skipped';

/** `3 passed, 1 failed`. */
function counts(entries: readonly Entry[]): string {
  const words: [string, string][] = [
    ['pass', 'passed'],
    ['fail', 'failed'],
    ['error', "not done, but not the product's fault"],
    ['interrupted', 'interrupted'],
    ['no verdict', 'without a verdict'],
    ['skipped', 'skipped'],
  ];
  return words
    .map(([outcome, word]) => [entries.filter((entry) => entry.outcome === outcome).length, word] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}

/** The text that a filter searches. */
const textOf = (entry: Entry): string =>
  entry.kind === 'run'
    ? `${entry.name} ${entry.outcome} ${entry.target} ${entry.error?.message ?? ''} ${entry.checks.map(({ name }) => name).join(' ')}`
    : `${entry.name} ${entry.outcome} ${entry.api} ${entry.findings.map(({ rule }) => rule).join(' ')}`;

const summaryOf = (entry: Entry): string => {
  if (entry.kind === 'run') {
    const failed = entry.checks.find(({ outcome }) => outcome === 'fail' || outcome === 'error');
    return (
      entry.error?.message.split('\n')[0] ??
      (failed ? `${failed.name}: ${failed.got ?? ''}` : `${entry.checks.length} checks`)
    );
  }
  const count = (state: string) => entry.rules.filter((rule) => rule.state === state).length;
  return `${count('held')} rules held, ${count('broken')} broken`;
};

/** Slow: at least twice the median of the entries that passed. */
function slowest(entries: readonly Entry[]): number {
  const times = entries.filter(good).map(({ ms }) => ms);
  times.sort((a, b) => a - b);
  return times.length < 3 ? Number.POSITIVE_INFINITY : 2 * (times[Math.floor(times.length / 2)] ?? 0);
}

/** A check of it passed, but not at the first attempt. */
const isFlaky = (entry: Entry): boolean =>
  entry.kind === 'run' &&
  entry.checks.some(({ attempts = 1, outcome }) => attempts > 1 && outcome === 'pass');

interface TableProps {
  entries: readonly Entry[];
  shown: readonly number[];
  open: number | undefined;
}

function Table({ entries, shown, open }: TableProps) {
  const slow = slowest(entries);
  return (
    <table class="entries">
      <thead>
        <tr>
          <th>outcome</th>
          <th>case</th>
          <th>result</th>
          <th class="number">time</th>
        </tr>
      </thead>
      <tbody>
        {shown.map((index) => {
          const entry = entries[index];
          if (entry === undefined) return null;
          return (
            <tr key={entry.id} class={index === open ? 'open' : ''}>
              <td>
                <Mark outcome={entry.outcome} />
              </td>
              <td>
                <a href={addressOf({ entry: index })} aria-current={index === open}>
                  {entry.name}
                </a>
              </td>
              <td>{summaryOf(entry)}</td>
              <td class="number">
                {entry.outcome === 'skipped' ? '' : duration(entry.ms)}
                {entry.ms > slow ? <span class="slow"> slow</span> : null}
                {isFlaky(entry) ? <span class="slow"> flaky</span> : null}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** j and k move through the visible entries, / goes to the filter. */
function useKeys(
  shown: readonly number[],
  open: number | undefined,
  filter: { current: HTMLInputElement | null },
) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey;
      if (typing) return;
      if (event.key === '/') {
        event.preventDefault();
        filter.current?.focus();
      }
      const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0;
      const at = open === undefined ? -1 : shown.indexOf(open);
      const next = shown[at + step];
      if (step !== 0 && next !== undefined) location.hash = addressOf({ entry: next });
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  });
}

export function Report({ data }: { data: ReportData }) {
  const { entries } = data;
  const place = usePlace();
  const [filter, setFilter] = useState('');
  const [failedOnly, setFailedOnly] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const shown = useMemo(() => {
    const words = filter
      .toLowerCase()
      .split(/[\s,]+/)
      .filter(Boolean);
    const fits = (entry: Entry) => words.every((word) => textOf(entry).toLowerCase().includes(word));
    return entries.flatMap((entry, index) => (fits(entry) && !(failedOnly && good(entry)) ? [index] : []));
  }, [entries, filter, failedOnly]);
  // The first failure is what the user is looking for.
  const first = entries.findIndex((entry) => !good(entry));
  const open = place.entry ?? (first >= 0 ? first : entries.length === 1 ? 0 : undefined);
  useKeys(shown, open, input);
  const entry = open === undefined ? undefined : entries[open];
  const passed = entries.every(good);
  return (
    <>
      <header>
        <h1 class={passed ? 'pass' : 'fail'}>
          <span aria-hidden="true">{passed ? '✓' : '✗'}</span> {passed ? 'Passed' : 'Failed'}: {data.title}
        </h1>
        <p>
          {counts(entries) || 'nothing was run'} ·{' '}
          {new Date(data.made).toISOString().replace('T', ' ').slice(0, 16)} UTC
        </p>
      </header>
      {entries.length > 1 ? (
        <nav aria-label="cases">
          <div class="filters">
            <label>
              filter{' '}
              <input
                ref={input}
                type="search"
                value={filter}
                placeholder="board, check, words"
                onInput={({ currentTarget }) => setFilter(currentTarget.value)}
              />
            </label>
            <label>
              <input
                type="checkbox"
                checked={failedOnly}
                onInput={({ currentTarget }) => setFailedOnly(currentTarget.checked)}
              />{' '}
              failed only
            </label>
            <span class="hint">keys: / filter, j next, k previous</span>
          </div>
          <Matrix entries={entries} shown={shown} filter={setFilter} />
          <Table entries={entries} shown={shown} open={open} />
          {shown.length === 0 ? <p>No case fits the filter.</p> : null}
          {open === undefined ? (
            <p class="hint">Choose a case to see its checks, its console and its system.</p>
          ) : null}
        </nav>
      ) : null}
      <main>
        {entry?.kind === 'run' ? (
          <RunView key={entry.id} entry={entry} place={{ ...place, entry: open ?? 0 }} />
        ) : null}
        {entry?.kind === 'conform' ? <ConformView key={entry.id} entry={entry} /> : null}
      </main>
    </>
  );
}
