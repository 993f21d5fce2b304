// SPDX-License-Identifier: BSD-2-Clause
/** Part of `npm run build`: the program of report.html as one file, with its style sheet. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { packageRoot } from '../base/paths.js';
import { bundleFolder } from '../verdict/report/page.js';

const app = join('harness', 'verdict', 'report', 'app');

buildSync({
  entryPoints: [join(packageRoot, 'dist', app, 'main.js')],
  outfile: join(bundleFolder, 'main.js'),
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
});
copyFileSync(join(packageRoot, app, 'style.css'), join(bundleFolder, 'style.css'));
