// SPDX-License-Identifier: BSD-2-Clause
import { basename } from 'node:path';
import { HarnessError } from '../../base/error.js';
import { findSdk, installRoot, listSdks } from '../../microkit/find.js';
import { SdkStore } from '../../microkit/install/store.js';
import { debugRegisters, debugRegistersText } from '../../microkit/isolation.js';
import { checkTool, minikitIsNot, type Sdk } from '../../microkit/sdk.js';
import type { Command, Family } from '../command.js';
import { columns } from '../help.js';
import { jsonOption } from '../options.js';
import { install, remove, use, verify, vouched } from './sdk-install.js';

const chosenMark = (sdk: Sdk, chosen: Sdk) => (sdk.dir === chosen.dir ? '*' : ' ');

/** Whether this host can run its tool. */
async function toolState(sdk: Sdk): Promise<string> {
  try {
    await checkTool(sdk);
    return 'ok';
  } catch (error) {
    if (error instanceof HarnessError) return error.message;
    throw error;
  }
}

const list: Command = {
  name: 'sdk list',
  endsAtOnce: true,
  summary: 'the SDKs there are; * is what other commands take when not told',
  options: {
    verbose: {
      short: 'v',
      about: "what guests can reach on each, and the differences between Microkit's versions",
    },
    ...jsonOption,
  },
  example: 'vmm-harness sdk list',
  async run({ options }, { print, json, progress }) {
    const chosen = await findSdk({ progress });
    const sdks = await listSdks({ progress });
    const states = await Promise.all(sdks.map(toolState));
    if (options.json) {
      const rows = sdks.map((sdk, i) => ({
        ...sdk,
        boards: Object.fromEntries(sdk.boards),
        chosen: sdk.dir === chosen.dir,
        tool: states[i],
        debugRegisters: Object.fromEntries(
          [...sdk.boards].map(([board, configs]) => [
            board,
            Object.fromEntries(configs.map((config) => [config, debugRegisters(sdk, board, config)])),
          ]),
        ),
      }));
      json({ sdks: rows });
      return 0;
    }
    for (const [i, sdk] of sdks.entries()) {
      const kind = sdk.provider === 'minikit' ? minikitIsNot : 'seL4';
      print(`${chosenMark(sdk, chosen)} ${sdk.name} (${sdk.source}; Microkit ${sdk.version}; ${kind})`);
      const boards = [...sdk.boards].map(([board, configs]) => [`  ${board}`, configs.join(', ')] as const);
      const trust = new SdkStore(installRoot).record(basename(sdk.dir))?.trust;
      const hash =
        sdk.source === 'installed' ? [['  hash', trust ? vouched[trust] : 'not known'] as const] : [];
      const debug = options.verbose
        ? [["  a guest's debug registers", debugRegistersText(sdk)] as const]
        : [];
      const about = [['  directory', sdk.dir], ...hash, ['  tool', states[i] ?? ''], ...debug] as const;
      print(columns([...about, ...boards]).join('\n'));
    }
    if (options.verbose) print(`\n${(await import('../differences-text.js')).differencesText()}`);
    return 0;
  },
};

const path: Command = {
  name: 'sdk path',
  summary: 'print the directory of an SDK, for MICROKIT_SDK; minikit is built first if necessary',
  options: {},
  positionals: [
    {
      name: 'NAME',
      about: 'minikit, or an installed SDK; default: the one that commands use',
      optional: true,
    },
  ],
  example: 'make MICROKIT_SDK="$(vmm-harness sdk path minikit)"',
  async run({ positionals: [wanted] }, { print, progress }) {
    print((await findSdk({ wanted, progress })).dir, 'document');
    return 0;
  },
};

export const command: Family = {
  name: 'sdk',
  summary: 'Microkit SDKs: list, install and choose them',
  members: { list, path, install, verify, use, remove },
};
