// SPDX-License-Identifier: BSD-2-Clause
/** The Microkit releases whose system descriptions are understood, oldest first. */
export const versions = ['2.0.1', '2.1.0', '2.2.0', '2.3.0'] as const;
export type Version = (typeof versions)[number];

/** The version that a description is read as by default. minikit uses it too. */
export const defaultVersion = '2.0.1';
export type DefaultVersion = typeof defaultVersion;

/** For each version S the versions that contain its additions: S itself and all later ones. */
export interface From {
  '2.0.1': Version;
  '2.1.0': Exclude<Version, '2.0.1'>;
  '2.2.0': '2.2.0' | '2.3.0';
  '2.3.0': '2.3.0';
}

/** Whether `version` is `since` or later. */
export function has(version: Version, since: Version = versions[0]): boolean {
  return versions.indexOf(version) >= versions.indexOf(since);
}

/** The version that a text names; `2.1` means `2.1.0`. Undefined for any other text. */
export function parseVersion(text: string): Version | undefined {
  return versions.find((version) => version === text || version === `${text}.0`);
}
