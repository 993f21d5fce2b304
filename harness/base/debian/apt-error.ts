// SPDX-License-Identifier: BSD-2-Clause
/** Translates apt's complaints into errors that say what to do. */
import { isMissing } from '../children.js';
import { HarnessError } from '../error.js';

/** A request to apt, and on whose behalf it is made. */
export interface AptPurpose {
  /** Debian's name of the architecture. */
  architecture: string;
  /** How errors name the recipient: `the guest`. */
  who: string;
  /** What a user without a mirror can do instead. */
  instead: string;
  /**
   * Set for packages that are installed beside the host's own: apt then reads the host's list of installed packages,
   * and the release's backports become a source. When absent, the packages stand alone.
   */
  besideHost?: true;
}

/** Known complaints of apt, and what each means for the reader. */
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
    wayOut: (instead) => `check the network and the proxy in /etc/apt, or ${instead}`,
  },
  {
    pattern: /Unable to locate package|No packages found/,
    what: (who) => `the package mirror lacks a package that ${who} needs`,
    wayOut: (instead) => `check /etc/apt/sources.list, or ${instead}`,
  },
];

/** The error for an apt command that ended with `exitCode` (undefined: it did not start) and wrote `stderr`. */
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
  return new HarnessError('infrastructure', known?.what(who) ?? 'apt failed', {
    where: command,
    expected: 'exit code 0',
    got: `exit code ${exitCode}: ${complaints.slice(0, 4).join(' / ') || stderr.trim() || 'no message'}`,
    wayOut: known?.wayOut(instead) ?? 'run the command by hand to see more',
  });
}
