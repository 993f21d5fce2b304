// SPDX-License-Identifier: BSD-2-Clause
/** The state of the page, kept in its address, so that a link and the Back key restore it: `#entry=2&line=40&to=52`. */
import { useEffect, useState } from 'preact/hooks';

export interface Place {
  /** Index of the open entry. */
  entry?: number | undefined;
  /** A serial line beside the console's. */
  port?: string | undefined;
  /** Line of its console, from 1. */
  line?: number | undefined;
  /** The last line of the part that begins there. */
  lastLine?: number | undefined;
}

const numberOf = (words: URLSearchParams, name: string): number | undefined => {
  const value = Number(words.get(name) ?? Number.NaN);
  return Number.isInteger(value) && value >= 0 ? value : undefined;
};

function read(): Place {
  const words = new URLSearchParams(location.hash.slice(1));
  const entry = numberOf(words, 'entry');
  const line = numberOf(words, 'line');
  const lastLine = numberOf(words, 'to');
  const port = words.get('port');
  return {
    ...(entry !== undefined && { entry }),
    ...(port !== null && { port }),
    ...(line !== undefined && { line }),
    ...(lastLine !== undefined && { lastLine }),
  };
}

export function addressOf({ entry, port, line, lastLine }: Place): string {
  const words = { entry, port, line, to: lastLine };
  const given = Object.entries(words).filter(([, value]) => value !== undefined);
  return `#${given.map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`).join('&')}`;
}

export function usePlace(): Place {
  const [place, setPlace] = useState(read);
  useEffect(() => {
    const follow = () => setPlace(read());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return place;
}
