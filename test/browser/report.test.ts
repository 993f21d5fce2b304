// SPDX-License-Identifier: BSD-2-Clause
/** The report as a person sees it, in a real Chromium. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import * as assert from 'uvu/assert';
import { readRunFolder } from '../../harness/verdict/report/entries.js';
import { reportOf, writePage } from '../../harness/verdict/report/write.js';
import { type Files, inFolder } from '../support/folder.js';
import {
  below,
  conformFolder,
  conformReport,
  failedResult,
  runFolder,
  storedVerdict,
} from '../support/run-folders.js';
import { run, test } from '../support/test.js';

const program = '/usr/bin/chromium';
const skip = existsSync(program) ? undefined : `there is no Chromium here (${program})`;
const limit = 60_000;
/** Milliseconds after which a page that has not drawn what is expected is wrong. */
const drawn = 10_000;
const words = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];
const quiet = ['--disable-background-networking', '--disable-component-update'];

const folders: Files = {
  ...below('pass', runFolder(storedVerdict())),
  ...below('fail', runFolder(storedVerdict({ outcome: 'fail', board: 'odroidc4', results: [failedResult] }))),
  ...below('conform', conformFolder(conformReport())),
};

interface Opened {
  page: Page;
  /** What the page complained of. */
  errors: string[];
}

/** Opens a report of all three folders in a window of that size; what it complains of must be empty at the end. */
function inPage(
  size: { width: number; dark?: boolean },
  body: (opened: Opened) => Promise<void>,
  files = folders,
): Promise<void> {
  return inFolder(files, async (folder) => {
    const names = [...new Set(Object.keys(files).map((file) => dirname(file)))];
    const entries = names.flatMap((name) => readRunFolder(join(folder, name)));
    const file = await writePage(folder, reportOf(entries, 'three runs'));
    let browser: Browser | undefined;
    try {
      browser = await chromium.launch({ executablePath: program, args: [...words, ...quiet] });
      const page = await browser.newPage({
        viewport: { width: size.width, height: 900 },
        colorScheme: size.dark ? 'dark' : 'light',
      });
      const errors: string[] = [];
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      page.on('pageerror', ({ message }) => errors.push(message));
      page.on('request', (request) => {
        if (!/^(file|data):/.test(request.url())) errors.push(`asks for ${request.url()}`);
      });
      await page.goto(`file://${file}`);
      await page.waitForSelector('h1');
      await body({ page, errors });
      assert.equal(errors, []);
    } finally {
      await browser?.close();
    }
  });
}

/** Holds when what `read` finds becomes `expected`: the page draws some time after a click or a key. */
async function becomes<T>(read: () => Promise<T>, expected: T): Promise<void> {
  const end = performance.now() + drawn;
  for (;;) {
    const found = await read();
    if (isDeepStrictEqual(found, expected) || performance.now() > end) return assert.equal(found, expected);
    await setTimeout(20);
  }
}

/** A test in Chromium. */
const inChromium = (name: string, body: () => Promise<void>) => test(name, body, { skip, limit });

inChromium('the verdict comes first, and the first case that failed is open', () =>
  inPage({ width: 1200 }, async ({ page }) => {
    assert.match((await page.textContent('h1')) ?? '', /Failed: three runs/);
    assert.match((await page.textContent('h2')) ?? '', /odroidc4/);
    assert.match((await page.textContent('tr.failed')) ?? '', /expected: CPUs 0-1 online/);
  }),
);

inChromium('the filter and "failed only" leave the cases that fit, and keys go through them', () =>
  inPage({ width: 1200 }, async ({ page }) => {
    const rows = () => page.locator('table.entries tbody tr').count();
    await becomes(rows, 3);
    await page.keyboard.press('/');
    await page.keyboard.type('odroid');
    await becomes(rows, 1);
    await page.fill('input[type=search] >> nth=0', '');
    await page.check('input[type=checkbox]');
    await becomes(rows, 2);
    await page.locator('h1').click();
    await page.keyboard.press('j');
    await page.waitForSelector('h2:has-text("conformance of libvmm")');
  }),
);

inChromium('boards and configurations are a table that filters, and a boot is cut into its phases', () => {
  const boot = {
    name: 'boot',
    outcome: 'pass',
    ms: 3000,
    phases: [
      { name: 'VMM', ms: 1000 },
      { name: 'shell', ms: 2000 },
    ],
  };
  const of = (change: Record<string, unknown>) => runFolder(storedVerdict({ results: [boot], ...change }));
  const again = { name: 'again', outcome: 'pass', ms: 5, attempts: 2 };
  const matrix = {
    ...below('a', of({})),
    ...below('b', of({ config: 'release', outcome: 'fail' })),
    ...below('c', of({ board: 'odroidc4', results: [boot, again] })),
  };
  return inPage(
    { width: 1200 },
    async ({ page }) => {
      await becomes(() => page.locator('table.matrix tbody tr').count(), 2);
      await page.setViewportSize({ width: 360, height: 900 });
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 360);
      await becomes(() => page.locator('table.matrix tbody a').count(), 3);
      await page.click('table.matrix button:has-text("odroidc4")');
      await becomes(() => page.locator('table.entries tbody tr').count(), 1);
      await page.waitForSelector('table.entries tbody:has-text("flaky")');
      await page.click('table.entries a');
      await becomes(
        () =>
          page.locator('.part').evaluateAll((parts) => parts.map((part) => part.getAttribute('title') ?? '')),
        ['VMM: 1.0 s', 'shell: 2.0 s', 'again: 5 ms'],
      );
    },
    matrix,
  );
});

inChromium('a line of the console is linked from its check, marked, and found by a search', () =>
  inPage({ width: 1200 }, async ({ page }) => {
    await page.click('a:has-text("line 3")');
    await page.waitForSelector('.line.marked');
    await becomes(() => page.getAttribute('.line.marked', 'id'), 'line-3');
    await page.fill('.console >> xpath=preceding-sibling::div//input', 'bold');
    await page.waitForSelector('#line-2.hit');
    await becomes(() => page.textContent('#line-2 .bold.red'), 'bold red');
  }),
);

inChromium("a user's tests stand under their file, with their part of the console on its serial line", () => {
  const own = (name: string, change: Record<string, unknown>) => ({
    ...{ name, outcome: 'pass', file: 'net.test.ts', ms: 240 },
    phases: [
      { name: 'snapshot', ms: 200 },
      { name: 'test', ms: 40 },
    ],
    ...change,
  });
  const results = [
    own('it works', { where: 'console.log:2', until: 'console.log:3' }),
    own('the other', { where: 'serial-1.log:1', until: 'serial-1.log:2' }),
  ];
  const files = { ...runFolder(storedVerdict({ results })), 'serial-1.log': 'second\nthird\nfourth\n' };
  return inPage(
    { width: 1200 },
    async ({ page }) => {
      await becomes(() => page.locator('tr.group').allInnerTexts(), ['net.test.ts']);
      await becomes(() => page.locator('.part').count(), 4);
      const text = () => page.locator('.line.own .text').allInnerTexts();
      await page.click('a:has-text("lines 2 to 3")');
      await becomes(async () => (await text()).length, 2);
      await page.click('a:has-text("lines 1 to 2 of serial-1")');
      await becomes(text, ['second', 'third']);
      await page.click('nav[aria-label="serial lines"] a:has-text("console")');
      await becomes(() => page.getAttribute('.console', 'aria-label'), 'console');
    },
    below('a', files),
  );
});

inChromium('what a guest printed is text: no element, no script and no control character of its own', () =>
  inPage({ width: 1200 }, async ({ page }) => {
    assert.is(await page.title(), 'three runs');
    await becomes(() => page.locator('.console img, .console script').count(), 0);
    assert.match((await page.textContent('#line-3')) ?? '', /<\/script><script>/);
    assert.match((await page.textContent('#line-4')) ?? '', /\\u\{202e\}turned around/);
  }),
);

inChromium('a finding is shown as lanes, and a cell of the map tells its rule', () =>
  inPage({ width: 1200 }, async ({ page }) => {
    await page.click('a:has-text("conformance of libvmm")');
    await becomes(
      () => page.locator('table.lanes th').allInnerTexts(),
      ['#', 'VMM', 'vCPU 1', 'list registers'],
    );
    assert.match((await page.textContent('table.lanes tr.failed')) ?? '', /vCPU 1 LR 2: INTID 33/);
    await page.click('button.cell.broken');
    await page.waitForSelector('.rule:has-text("gicd.rule1")');
  }),
);

inChromium('an expected deviation is apart from the findings, and no fault in the map', () => {
  const [finding] = conformReport().findings;
  const deviation = { since: '0.1.0', reason: 'it is so' };
  const rules = conformReport().rules.map((rule) =>
    rule.state === 'broken' ? { ...rule, state: 'deviates' } : rule,
  );
  const report = conformReport({ outcome: 'pass', findings: [{ ...finding, deviation }], rules });
  return inPage(
    { width: 1200 },
    async ({ page }) => {
      await page.waitForSelector('main:has-text("Expected deviations: 1")');
      assert.not.match((await page.textContent('main')) ?? '', /Findings:/);
      await becomes(() => page.locator('button.cell.broken').count(), 0);
      await becomes(() => page.locator('button.cell.deviates').count(), 1);
    },
    below('a', conformFolder(report)),
  );
});

for (const dark of [false, true]) {
  inChromium(`at 360 pixels, ${dark ? 'dark' : 'light'}, nothing reaches beyond the page`, () =>
    inPage({ width: 360, dark }, async ({ page }) => {
      for (const [entry, title] of ['qemu_virt_aarch64', 'odroidc4', 'conformance'].entries()) {
        await page.evaluate((index) => {
          location.hash = `#entry=${index}`;
        }, entry);
        await page.waitForSelector(`h2:has-text("${title}")`);
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 360, `case ${entry}`);
      }
    }),
  );
}

inChromium('on paper the page is light, with its time lines, and no line is behind a scroll bar', () =>
  inPage({ width: 1200, dark: true }, async ({ page }) => {
    const style = (selector: string, name: string) => () =>
      page.$eval(selector, (element, key) => getComputedStyle(element).getPropertyValue(key), name);
    await becomes(style('body', 'background-color'), 'rgb(13, 17, 23)');
    await page.emulateMedia({ media: 'print' });
    await becomes(style('body', 'background-color'), 'rgb(255, 255, 255)');
    await becomes(style('.part', 'print-color-adjust'), 'exact');
    await becomes(style('.console', 'max-height'), 'none');
    await becomes(style('.block', 'content-visibility'), 'visible');
    await becomes(style('.filters', 'display'), 'none');
  }),
);

run();
