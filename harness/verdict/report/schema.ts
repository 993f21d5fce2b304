// SPDX-License-Identifier: BSD-2-Clause
/**
 * The required contents of a run folder's files. Files of older versions and files cut short are reported with the
 * place.
 */
import * as v from 'valibot';
import { runFileVersion } from '../run-file.js';

/** Files without this field are of version 1. */
const version = v.optional(v.literal(runFileVersion));
const optionalText = v.optional(v.string());

const result = v.object({
  name: v.string(),
  outcome: v.picklist(['pass', 'fail', 'error', 'not run', 'skipped']),
  expected: optionalText,
  got: optionalText,
  where: optionalText,
  until: optionalText,
  file: optionalText,
  source: optionalText,
  attempts: v.optional(v.number()),
  ms: v.number(),
  phases: v.optional(v.array(v.object({ name: v.string(), ms: v.number() }))),
});

const error = v.object({
  fault: v.string(),
  message: v.string(),
  where: optionalText,
  expected: optionalText,
  got: optionalText,
  wayOut: optionalText,
});

const inputFile = v.object({ path: v.string(), sha256: v.string(), size: v.number() });

const outcome = v.picklist(['pass', 'fail', 'error', 'interrupted']);

/** verdict.json of one run. */
export const verdictSchema = v.object({
  version,
  outcome,
  board: v.string(),
  sdk: v.object({ name: v.string(), version: v.string() }),
  config: v.string(),
  vcpus: v.number(),
  target: v.string(),
  started: v.string(),
  ms: v.number(),
  results: v.array(result),
  error: v.optional(error),
  image: inputFile,
  inputs: v.record(v.string(), inputFile),
  facts: v.record(v.string(), v.string()),
  repeat: v.string(),
});
export type StoredVerdict = v.InferOutput<typeof verdictSchema>;

/** The place of a case in the matrix of its suite. A board of a lab has none. */
const place = { board: optionalText, config: optionalText, sdk: optionalText };

/** Distinguishes the two kinds of verdict.json: that of boards side by side has `boards`. */
export const verdictHead = v.object({ version, boards: v.optional(v.unknown()) });

/** verdict.json of boards side by side. Each board has a verdict and its folder, or the reason why there is none. */
export const summarySchema = v.object({
  version,
  outcome: v.string(),
  boards: v.array(
    v.union([
      v.object({ ...verdictSchema.entries, name: v.string(), folder: v.string() }),
      v.object({ ...place, name: v.string(), outcome: v.literal('skipped'), reason: v.string() }),
      v.object({
        ...place,
        name: v.string(),
        fault: v.nullable(v.string()),
        outcome: v.literal('no verdict'),
        error: v.object({ ...error.entries, fault: optionalText }),
      }),
    ]),
  ),
  repeat: v.string(),
});

const ruleResult = v.object({
  id: v.string(),
  says: v.string(),
  state: v.string(),
  held: v.number(),
  broken: v.number(),
});

const tier = v.object({
  tier: v.string(),
  on: v.string(),
  cases: v.number(),
  steps: v.number(),
  ms: v.number(),
  rules: v.array(ruleResult),
});

const finding = v.object({
  rule: v.string(),
  says: v.string(),
  tier: v.string(),
  expected: v.string(),
  got: v.string(),
  witnesses: v.array(v.object({ who: v.string(), said: v.string() })),
  trace: v.array(v.string()),
  file: v.string(),
  repeat: v.string(),
  deviation: v.optional(v.object({ reason: v.string(), since: v.string() })),
  words: optionalText,
});

/** report.json of a conformance run. */
export const conformSchema = v.object({
  version,
  outcome,
  subject: v.string(),
  api: v.string(),
  seed: v.number(),
  started: v.string(),
  ms: v.number(),
  tiers: v.array(tier),
  // A report from the time before several bare machines has one, or none.
  bare: v.pipe(
    v.optional(v.union([v.array(tier), tier]), []),
    v.transform((one) => (Array.isArray(one) ? one : [one])),
  ),
  rules: v.array(ruleResult),
  findings: v.array(finding),
  questions: v.array(finding),
  repeat: v.string(),
});
export type StoredConformance = v.InferOutput<typeof conformSchema>;
