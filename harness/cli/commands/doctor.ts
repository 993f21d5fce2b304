// SPDX-License-Identifier: BSD-2-Clause

import { examine, type Finding } from '../../doctor.js';
import { exitCodes } from '../../error.js';
import type { Command } from '../command.js';
import { columns } from '../help.js';
import { jsonOption } from '../options.js';

const mark = ({ ok }: Finding) => (ok ? 'ok  ' : 'LACK');

export const command: Command = {
  name: 'doctor',
  summary: 'what this machine has and lacks',
  options: jsonOption,
  example: 'vmm-harness doctor --json',
  async run({ options }, { print }) {
    const findings = await examine();
    if (options.json) print(JSON.stringify(findings, undefined, 2));
    else {
      print(columns(findings.map((one) => [`${mark(one)}  ${one.what}`, one.found])).join('\n'));
      for (const { ok, what, wayOut } of findings) if (!ok && wayOut) print(`${what}: ${wayOut}`);
    }
    return findings.every((one) => one.ok) ? 0 : exitCodes.infrastructure;
  },
};
