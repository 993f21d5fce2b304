// SPDX-License-Identifier: BSD-2-Clause
/** The program of report.html: shows the data embedded in the page. */
import { render } from 'preact';
import type { ReportData } from '../data.js';
import { Report } from './report.js';

const data = JSON.parse(document.getElementById('data')?.textContent ?? '{}') as ReportData;
const root = document.getElementById('report');
if (root !== null) render(<Report data={data} />, root);
