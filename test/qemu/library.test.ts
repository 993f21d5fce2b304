// SPDX-License-Identifier: BSD-2-Clause
/** The examples of docs/library.md, each as the program of a user. */
import { execFile } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../harness/base/paths.js';
import { noProgress } from '../../harness/base/progress.js';
import { findSdk } from '../../harness/microkit/find.js';
import { bundle } from '../../harness/run/tests/bundle.js';
import { buildSystem } from '../../harness/subject/demo/build.js';
import { qemuBoard } from '../support/fake-guest.js';
import { inFolder } from '../support/folder.js';
import { run, test } from '../support/test.js';

const limit = 170_000;
const execute = promisify(execFile);
const sdk = await findSdk({ wanted: 'minikit', board: qemuBoard, progress: noProgress });
const built = await buildSystem({ board: qemuBoard, sdk, config: 'debug', vcpus: 1, progress: noProgress });

/** What the example under each heading prints; one without a line here prints nothing. */
const printed: Record<string, RegExp> = {
  'A system description': /^0 mistakes\n<\?xml[\s\S]*setvar_vaddr="shared_base"/,
  'One from a file': /\[ 'vmm' \]/,
  'SDKs and boards': /^qemu_virt_aarch64 runs in QEMU virt/m,
  'Booting an image': /^\d+\.\d+\.\d+/,
  'A console over any stream': /^2024\.01$/m,
  'A suite': /^1 cases, exit code 0: \S+\/report\.html$/m,
  'Several reports as one': /report\.html$/m,
  'A conformance run': /^pass 0 findings$/m,
  'A differential run': /^pass 20 programs 0 differences$/m,
  'The model': /^api\.\w+ false true$/m,
};

const page = readFileSync(join(packageRoot, 'docs', 'library.md'), 'utf8');
const examples = page
  .split(/^## /m)
  .slice(1)
  .map((part) => ({
    heading: part.split('\n', 1)[0] ?? '',
    program: /```ts\n(.*?)```/s.exec(part)?.[1] ?? '',
  }));

test(
  'every example of docs/library.md runs, and prints what it should',
  () =>
    inFolder(
      { 'vmm-suite.toml': 'name = "mine"\nimage = "loader.img"\n[shell]\nprompt = "guest# "\n' },
      async (folder) => {
        symlinkSync(built.image, join(folder, 'loader.img'));
        symlinkSync(built.system, join(folder, 'linux.system'));
        const server = createServer((socket) => {
          socket.on('data', () => socket.end('U-Boot 2024.01\n'));
          socket.on('error', () => {});
        });
        await new Promise<void>((resolve) => server.listen(0, resolve));
        const { port } = server.address() as { port: number };
        try {
          assert.equal(
            examples.map(({ heading }) => heading),
            Object.keys(printed),
          );
          for (const { heading, program } of examples) {
            const source = join(folder, 'example.ts');
            writeFileSync(source, program);
            await bundle(source, join(folder, 'example.mjs'));
            const options = { cwd: folder, env: { ...process.env, PORT: String(port) } };
            const { stdout, stderr } = await execute(process.execPath, ['example.mjs'], options);
            assert.match(stdout, printed[heading] as RegExp, `${heading}: ${stdout}${stderr}`);
          }
        } finally {
          server.close();
        }
      },
    ),
  { limit },
);

run();
