// SPDX-License-Identifier: BSD-2-Clause
/** Small pieces that several views use. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

export const duration = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;

export const bytes = (size: number): string =>
  size < 10_000 ? `${size} bytes` : `${(size / 1e6).toFixed(size < 1e6 ? 3 : 1)} MB`;

/** An outcome as a word with a mark, so that its meaning never depends on colour alone. */
export function Mark({ outcome }: { outcome: string }) {
  const marks: Record<string, string> = {
    pass: '✓',
    held: '✓',
    fail: '✗',
    broken: '✗',
    error: '!',
    'no verdict': '!',
  };
  return (
    <span class={`mark ${outcome.replaceAll(' ', '-')}`}>
      <span aria-hidden="true">{marks[outcome] ?? '–'}</span> {outcome}
    </span>
  );
}

/** A command to repeat something, with a button that copies it. */
export function Command({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(text).catch(() => {});
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <div class="command">
      <code>{text}</code>
      <button type="button" onClick={copy}>
        {copied ? 'copied' : 'copy'}
      </button>
    </div>
  );
}

export function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

/** Pairs of names and values, without those that have no value. */
export function Facts({ pairs }: { pairs: readonly (readonly [string, string | undefined])[] }) {
  return (
    <dl>
      {pairs.map(([name, value]) =>
        value === undefined || value === '' ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
