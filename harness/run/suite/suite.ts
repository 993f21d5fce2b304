// SPDX-License-Identifier: BSD-2-Clause
/** A suite: how a user's own system is built, booted and checked. This is the schema of vmm-suite.toml. */
import * as v from 'valibot';
import { builtInNames } from '../checks/built-in.js';

/** Text that is searched for literally, or `/expression/flags`. */
const pattern = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const expression = /^\/(.+)\/([a-z]*)$/s.exec(dataset.value);
    if (expression === null) return dataset.value as string | RegExp;
    try {
      return new RegExp(expression[1] ?? '', (expression[2] ?? '').replace(/[gy]/g, ''));
    } catch (error) {
      addIssue({ message: (error as Error).message });
      return NEVER;
    }
  }),
);

const text = v.pipe(v.string(), v.minLength(1));
const line = v.pipe(text, v.regex(/^[^\r\n]*$/, 'one line'));
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const seconds = v.pipe(v.number(), v.minValue(0.1), v.maxValue(86_400));
/** A port's number, or the name of a chardev (QEMU, -chardev id). The machine's own chardevs have the other names. */
const isPort = (port: number | string): boolean =>
  typeof port === 'number'
    ? Number.isInteger(port) && port >= 0 && port < 8
    : /^(?!(?:console|qmp|port\d+)$)[A-Za-z][\w-]*$/.test(port);
const serial = v.pipe(
  v.union([v.number(), v.string()]),
  v.check(isPort, "a number from 0 to 7, or a name other than the machine's own (console, qmp, port0)"),
);
const names = v.pipe(v.array(v.string()), v.minLength(1));
const someOf = { board: v.optional(v.string()), config: v.optional(v.string()), sdk: v.optional(v.string()) };

/** docs/suite.md describes every key. */
export const suiteSchema = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[\w][\w.-]*$/, 'letters, digits, and _ . - between them')),
  build: v.optional(v.string()),
  image: v.string(),
  system: v.optional(v.string()),
  matrix: v.optional(
    v.strictObject({ board: v.optional(names), config: v.optional(names), sdk: v.optional(names) }),
    {},
  ),
  exclude: v.optional(v.array(v.strictObject(someOf)), []),
  boot: v.optional(
    v.array(
      v.strictObject({
        until: pattern,
        send: v.optional(v.string()),
        limit: v.optional(seconds),
        guest: v.optional(text),
      }),
    ),
    [],
  ),
  shell: v.optional(v.strictObject({ prompt: text, prepare: v.optional(line) })),
  guest: v.optional(
    v.array(
      v.strictObject({
        name: text,
        prefix: v.optional(pattern),
        serial: v.optional(serial),
        select: v.optional(text),
        prompt: v.optional(text),
      }),
    ),
    [],
  ),
  check: v.optional(
    v.array(
      v.strictObject({
        name: v.optional(text),
        guest: v.optional(text),
        run: v.optional(line),
        expect: v.optional(pattern),
        between: v.optional(v.tuple([v.number(), v.number()])),
        status: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255))),
        limit: v.optional(seconds),
        builtin: v.optional(v.picklist(builtInNames)),
        release: v.optional(pattern),
        mib: v.optional(count),
        count: v.optional(count),
        interrupt: v.optional(text),
        drift: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
        command: v.optional(line),
        until: v.optional(pattern),
      }),
    ),
    [],
  ),
  tests: v.optional(v.array(text)),
  retries: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10)), 0),
  death: v.optional(v.array(v.strictObject({ line: pattern, means: v.string() })), []),
  qemu: v.optional(
    v.strictObject({
      arguments: v.optional(v.array(v.string()), []),
      disk: v.optional(
        v.array(
          v.strictObject({
            file: v.optional(text),
            mib: v.optional(count),
            readonly: v.optional(v.boolean(), false),
            device: v.optional(text, 'virtio-blk-device'),
          }),
        ),
      ),
      network: v.optional(
        v.strictObject({
          forward: v.optional(
            v.array(v.pipe(v.string(), v.regex(/^\d{1,5}:\d{1,5}$/, '"HOST:GUEST", as "2222:22"'))),
            [],
          ),
          device: v.optional(text, 'virtio-net-device'),
        }),
      ),
      cores: v.optional(count),
      memory: v.optional(count),
    }),
    { arguments: [] },
  ),
  limits: v.optional(
    v.strictObject({
      build: v.optional(seconds, 1800),
      silence: v.optional(seconds, 60),
      test: v.optional(seconds, 60),
    }),
    {},
  ),
});

export type Suite = v.InferOutput<typeof suiteSchema>;
export type BootStep = Suite['boot'][number];
export type SuiteCheck = Suite['check'][number];

/** The name of a check in messages before the check is created. */
export const checkName = ({ name, builtin, run }: SuiteCheck): string => name ?? builtin ?? run ?? '';
