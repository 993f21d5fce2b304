// SPDX-License-Identifier: BSD-2-Clause
/**
 * report.html: one file that needs nothing from outside, assembled from the data, the program that shows it, and its
 * style.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../base/paths.js';
import { xmlText } from '../junit.js';
import type { ReportData } from './data.js';

/** Where `npm run build` puts the bundled program and its style sheet. */
export const bundleFolder = join(packageRoot, 'dist', 'report');

/** JSON inside a script element: no `<` can end the element or begin a comment (HTML 13.1.1.2). */
const inScript = (data: unknown): string =>
  JSON.stringify(data)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');

const inStyle = (text: string): string => text.replaceAll('</', '<\\/');

/** The page allows its own program and style, and nothing else: no request leaves it. */
const policy =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** The whole document. */
export function reportPage(data: ReportData, folder = bundleFolder): string {
  const program = readFileSync(join(folder, 'main.js'), 'utf8');
  const style = readFileSync(join(folder, 'style.css'), 'utf8');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${xmlText(data.title)}</title>
<style>${inStyle(style)}</style>
</head>
<body>
<div id="report"><noscript>This report needs JavaScript. verdict.json and junit.xml beside it contain the same data.</noscript></div>
<script type="application/json" id="data">${inScript(data)}</script>
<script>${program.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}
