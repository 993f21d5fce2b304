// SPDX-License-Identifier: BSD-2-Clause
/** A console at full speed while somebody waits for a prompt: bytes per second, bytes lost, memory. */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { step } from '../../base/progress.js';
import { SerialLine } from '../../machine/board/serial/line.js';
import { defaultSettings } from '../../machine/board/serial/settings.js';
import { Console } from '../../machine/console.js';
import { ConsoleLog } from '../../machine/console-log.js';
import { guestPrompt } from '../../run/boot.js';
import type { Bench, Figure } from './bench.js';
import { inFolder } from './in-folder.js';
import { flood } from './serial-line.js';

const floodSize = 500e6;
const floodLimit = 600_000;
/** How many more bytes may be kept after a flood than early in it. */
const flatLimit = 5e6;

/** The text that is printed repeatedly. */
const texts: Readonly<Record<string, string>> = {
  lines: `${'0123456789abcdef'.repeat(6)}\r\n`,
  'an endless line': '0123456789abcdef',
  'escape sequences': '\u001b[31m\u001b]0;x\u0007',
  'bytes that are not UTF-8': '\u00ff\u0000',
};

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of memory that this process retains. */
function keptMemory(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function floodFigure(name: string, text: string, folder: string): Promise<Figure> {
  const joint = await flood(join(folder, 'socket'), join(folder, 'port'), text, floodSize);
  const command = 'npm run bench';
  const line = await SerialLine.open({
    path: joint.port,
    settings: defaultSettings,
    command,
    lockFolder: folder,
  });
  const log = new ConsoleLog(folder);
  const console = new Console(line.attach(), { log });
  const begin = performance.now();
  await console.send('go');
  const prompt = console.expect(guestPrompt, { what: 'the prompt', limit: floodLimit }).catch(() => {});
  const arrived = async (bytes: number) => {
    while (line.received < bytes && performance.now() - begin < floodLimit) await sleep(10);
  };
  await arrived(floodSize / 10);
  const early = keptMemory();
  await arrived(floodSize);
  const ms = performance.now() - begin;
  const more = Math.max(0, keptMemory() - early);
  await line.close();
  await prompt;
  await joint.close();
  log.close();
  const lost = floodSize - (await stat(log.rawPath)).size;
  return {
    name: `console, ${floodSize / 1e6} MB of ${name} at full speed`,
    on: '',
    value: `${(floodSize / ms / 1000).toFixed(1)} MB/s, ${lost} bytes lost, memory +${(more / 1e6).toFixed(1)} MB`,
    comparedWith: 'memory at the end and after a tenth',
    limit: `0 lost, < +${flatLimit / 1e6} MB`,
    held: lost === 0 && more < flatLimit,
  };
}

export const consoleBench: Bench = {
  name: 'console',
  about: 'a console that is flooded: bytes per second, bytes lost, memory',
  async run({ progress }) {
    const figures: Figure[] = [];
    for (const [name, text] of Object.entries(texts)) {
      const measured = () => inFolder((folder) => floodFigure(name, text, folder));
      figures.push(await step(progress, `flood of ${name}`, measured));
    }
    return figures;
  },
};
