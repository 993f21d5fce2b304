// SPDX-License-Identifier: BSD-2-Clause
import { spawnSync } from 'node:child_process';

/** Why a test cannot mount anything of its own here, as in a chroot or a container without user namespaces. */
export const noNamespaces =
  spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'true']).status === 0
    ? undefined
    : 'this machine allows no user namespaces';
