// SPDX-License-Identifier: BSD-2-Clause
/** `npm run rules`: writes docs/vocabulary.md from the tables of system descriptions. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../base/paths.js';
import { referencePage } from '../system/reference.js';

writeFileSync(join(packageRoot, 'docs', 'vocabulary.md'), referencePage());
