// SPDX-License-Identifier: BSD-2-Clause
/**
 * `npm run report-picture -- FOLDER... -o FILE.png`: a picture of the report of run folders in Chromium, for
 * docs/pictures and for developers who change the page.
 *
 *   --width N   width of the window in pixels; default 1200
 *   --height N  height of the picture; default: the whole page
 *   --dark      with the dark theme
 *   --at HASH   the place in the report: entry=2&line=40
 *   --title T   its heading
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { readRunFolder } from '../verdict/report/entries.js';
import { reportOf, writePage } from '../verdict/report/write.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    output: { type: 'string', short: 'o', default: 'report.png' },
    width: { type: 'string', default: '1200' },
    height: { type: 'string' },
    dark: { type: 'boolean', default: false },
    at: { type: 'string' },
    title: { type: 'string', default: 'report' },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'report-picture-'));
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const entries = positionals.flatMap((one) => readRunFolder(one));
  const file = await writePage(folder, reportOf(entries, values.title));
  const page = await browser.newPage({
    viewport: { width: Number(values.width), height: Number(values.height ?? 900) },
    colorScheme: values.dark ? 'dark' : 'light',
  });
  await page.goto(`file://${file}${values.at === undefined ? '' : `#${values.at}`}`);
  await page.waitForSelector('h1');
  await page.screenshot({ path: values.output, fullPage: values.height === undefined });
  console.log(values.output);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
