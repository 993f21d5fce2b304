// SPDX-License-Identifier: BSD-2-Clause
import { join } from 'node:path';
import { execa } from 'execa';
import { exitCodes, HarnessError } from '../../base/error.js';
import { packageRoot } from '../../base/paths.js';
import { nearest } from '../../base/spelling.js';
import { readNeeds } from '../../doctor/needs.js';
import type { Command } from '../command.js';

export const command: Command = {
  name: 'setup',
  summary: 'install what this machine lacks from Debian, as root or with sudo',
  options: {},
  positionals: [
    {
      name: 'WHAT...',
      about: 'the purpose, as listed by vmm-harness doctor: demo, lab, conform ...; default demo',
      optional: true,
      repeated: true,
    },
  ],
  example: 'vmm-harness setup demo lab',
  async run({ positionals }, { signal }) {
    const known = [...new Set((await readNeeds()).flatMap(({ purposes }) => purposes))];
    const unknown = positionals.find((word) => !known.includes(word));
    if (unknown !== undefined) {
      const near = nearest(unknown, known);
      throw new HarnessError('usage', `there is no purpose ${unknown}`, {
        expected: `some of ${known.join(', ')}`,
        ...(near !== undefined && { wayOut: `did you mean ${near}?` }),
      });
    }
    const words = positionals.length > 0 ? positionals : ['demo'];
    // It talks to the user directly: sudo asks for a password.
    const { exitCode } = await execa(join(packageRoot, 'setup', 'debian'), words, {
      stdio: 'inherit',
      reject: false,
      cancelSignal: signal,
    });
    return exitCode === 0 ? 0 : exitCodes.infrastructure;
  },
};
