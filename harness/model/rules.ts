// SPDX-License-Identifier: BSD-2-Clause
/** All rules of the model. */
import { accessRules } from './access-rules.js';
import { apiRules, guestRules } from './api-rules.js';
import { deliveryRules, listRules } from './delivery-rules.js';
import { distributorRules } from './distributor-v2-rules.js';
import { distributorV3Rules, redistributorRules } from './distributor-v3-rules.js';
import { imageRules } from './image-rules.js';
import { ackRules, interfaceRules } from './interface-rules.js';
import { psciRules } from './psci-rules.js';
import { robustRules } from './robust-rules.js';
import { inOrder } from './rule.js';
import { systemInterfaceRules } from './system-interface-rules.js';

/** Topic by topic, in the order of reports and of `docs/rules.md`. */
export const allRules = inOrder([
  distributorRules,
  distributorV3Rules,
  redistributorRules,
  apiRules,
  guestRules,
  deliveryRules,
  listRules,
  systemInterfaceRules,
  imageRules,
  accessRules,
  interfaceRules,
  ackRules,
  psciRules,
  robustRules,
]);
