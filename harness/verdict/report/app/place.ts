// SPDX-License-Identifier: BSD-2-Clause
/** The state of the page, kept in its address, so that a link and the Back key restore it: `#entry=2&line=40`. */
import { useEffect, useState } from 'preact/hooks';

export interface Place {
  /** Index of the open entry. */
  entry?: number;
  /** Line of its console, from 1. */
  line?: number;
}

const numberOf = (words: URLSearchParams, name: string): number | undefined => {
  const value = Number(words.get(name) ?? Number.NaN);
  return Number.isInteger(value) && value >= 0 ? value : undefined;
};

function read(): Place {
  const words = new URLSearchParams(location.hash.slice(1));
  const entry = numberOf(words, 'entry');
  const line = numberOf(words, 'line');
  return { ...(entry !== undefined && { entry }), ...(line !== undefined && { line }) };
}

export const addressOf = ({ entry, line }: Place): string =>
  `#${entry === undefined ? '' : `entry=${entry}`}${line === undefined ? '' : `&line=${line}`}`;

export function usePlace(): Place {
  const [place, setPlace] = useState(read);
  useEffect(() => {
    const follow = () => setPlace(read());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return place;
}
