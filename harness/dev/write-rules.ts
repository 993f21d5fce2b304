// SPDX-License-Identifier: BSD-2-Clause
/** `npm run rules`: writes docs/rules.md from the rules in harness/model. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import '../model/index.js';
import { packageRoot } from '../base/paths.js';
import { rulesPage } from '../model/rules-page.js';

writeFileSync(join(packageRoot, 'docs', 'rules.md'), rulesPage());
