// SPDX-License-Identifier: BSD-2-Clause
/** apt's complaints, in words that help. */
import { isMissing } from '../children.js';
import { HarnessError } from '../error.js';

/** What apt is asked for, and by whom. */
export interface AptPurpose {
  /** Debian's name of the architecture. */
  architecture: string;
  /** For whom it is, as errors say it: `the guest`. */
  who: string;
  /** What a user can do who has no mirror. */
  instead: string;
  /**
   * Packages that work beside what the host has installed: its list of those is believed, and the release's backports
   * are a source too. Not given: packages for themselves.
   */
  besideHost?: true;
}

/** What apt's complaint means for the reader. */
const causes: { pattern: RegExp; what: (who: string) => string; wayOut: (instead: string) => string }[] = [
  {
    pattern: /No space left on device|enough free space/,
    what: () => 'the disk is full',
    wayOut: () => 'free some space, or set XDG_CACHE_HOME to another disk',
  },
  {
    pattern:
      /Temporary failure resolving|Could not connect|Connection (failed|timed out)|Could not resolve|Network is unreachable/,
    what: () => "Debian's package mirror cannot be reached",
    wayOut: (instead) => `look to the network or the proxy in /etc/apt, or ${instead}`,
  },
  {
    pattern: /Unable to locate package|No packages found/,
    what: (who) => `the package mirror does not have what ${who} needs`,
    wayOut: (instead) => `look to /etc/apt/sources.list, or ${instead}`,
  },
];

/** The error for a command of apt's that ended with `exitCode` (undefined: it did not start) and said `stderr`. */
export function aptError(
  { who, instead }: AptPurpose,
  command: string,
  exitCode: number | undefined,
  stderr: string,
): HarnessError {
  if (isMissing(exitCode)) {
    return new HarnessError('infrastructure', 'apt is missing', {
      expected: 'apt-get and apt-cache in PATH',
      wayOut: `run this on Debian, or ${instead}`,
    });
  }
  const complaints = stderr.split('\n').filter((line) => /^[EW]:/.test(line));
  const known = causes.find(({ pattern }) => pattern.test(stderr));
  return new HarnessError('infrastructure', known?.what(who) ?? 'apt has failed', {
    where: command,
    expected: 'exit code 0',
    got: `exit code ${exitCode}: ${complaints.slice(0, 4).join(' / ') || stderr.trim() || 'no message'}`,
    wayOut: known?.wayOut(instead) ?? 'run the command by hand to see more',
  });
}
