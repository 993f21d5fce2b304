// SPDX-License-Identifier: BSD-2-Clause
/**
 * The differences between the versions of Microkit that matter to a VMM, to callers of the tool and to readers of a
 * log. System descriptions have their own tables: harness/system/vocabulary.ts and limits.ts.
 *
 * Source: Microkit's release notes and manual, and its loader, monitor, libmicrokit and tool, at the tag of each
 * version.
 */
import { type Version, versions } from '../system/versions.js';

/** Lines that a `debug` image prints. A `release` image prints none of them. */
export interface LogLines {
  /** Beginning of the loader's first line. */
  loaderStart: string;
  /** Beginning of the loader's last line. */
  loaderEnd: string;
  /** Beginning of the first line of the initial task that creates the system's objects, if that is not the monitor. */
  initialiserStart?: string;
  /** Beginning of the monitor's first line. */
  monitorStart: string;
  /** Beginning of the last line before any protection domain runs. */
  ready: string;
  /** The error of a loader that gives up. */
  loaderError: RegExp;
  /** The error of an initial task that gives up. */
  initialiserError: RegExp;
  /** A failed assertion of libsel4 or libmicrokit in a protection domain. */
  assertion: RegExp;
}

/** `bin/microkit`. */
export interface ToolFacts {
  /** Its options, in the order of its help. */
  options: readonly string[];
  /** The position of the working directory in the search path. */
  workingDirectory: 'first' | 'last';
  /** Values of `--image-type` on AArch64, the default first; empty without that option. */
  imageTypes: readonly string[];
  /** Files in `board/<board>/<config>` that it reads on AArch64. */
  reads: readonly string[];
}

/** What a VMM meets at run time. */
export interface RuntimeFacts {
  /** The configurations of a board. */
  configs: readonly string[];
  /** Whether the kernel, as shipped, lets a domain with `smc="true"` make secure monitor calls. */
  smc: boolean;
  /** Whether a failed assertion stops the protection domain. */
  assertionStops: boolean;
  /** Whether libmicrokit acknowledges interrupts before the first one is delivered. */
  acknowledgesAtStart: boolean;
  /** Whether a deferred notify or acknowledgement survives a reply from `protected()` or `fault()`. */
  deferredSurvivesReply: boolean;
  /** Whether `microkit_pd_resume()` exists. */
  resume: boolean;
  /**
   * Configurations whose kernel switches a guest's debug registers with its vCPU. In the others they affect every
   * protection domain.
   */
  debugRegistersSwitched: readonly string[];
  /** Whether the kernel keeps a guest's PAR_EL1 through an abort and apart from other guests'. */
  keepsPar: boolean;
}

export interface MicrokitFacts {
  /** The version of seL4 in the SDK. */
  seL4: string;
  log: LogLines;
  tool: ToolFacts;
  runtime: RuntimeFacts;
}

const sdk201: MicrokitFacts = {
  seL4: "13.0.0-dev, Microkit's branch at 4b97df4c",
  log: {
    loaderStart: 'LDR|INFO: altloader for seL4 starting',
    loaderEnd: 'LDR|INFO: jumping to kernel',
    monitorStart: 'MON|INFO: Microkit Bootstrap',
    ready: 'MON|INFO: completed system invocations',
    loaderError: /LDR\|ERROR: /,
    initialiserError: /FAIL: (MON\|ERROR: |invocation error|kernel invocation|error reading)/,
    assertion: /^assert failed: /,
  },
  tool: {
    options: ['--output', '--report', '--board', '--config', '--search-path'],
    workingDirectory: 'first',
    imageTypes: [],
    reads: [
      'elf/loader.elf',
      'elf/sel4.elf',
      'elf/monitor.elf',
      'include/kernel/gen_config.json',
      'platform_gen.json',
      'invocations_all.json',
    ],
  },
  runtime: {
    configs: ['release', 'debug', 'benchmark'],
    smc: false,
    assertionStops: false,
    acknowledgesAtStart: false,
    deferredSurvivesReply: false,
    resume: false,
    debugRegistersSwitched: [],
    keepsPar: false,
  },
};

const initialiserStart = 'INFO  [sel4_capdl_initializer::initialize] Starting CapDL initializer';
const monitorStarted = 'MON|INFO: Microkit Monitor started!';

const sdk210: MicrokitFacts = {
  seL4: '14.0.0',
  log: {
    ...sdk201.log,
    loaderEnd: 'LDR|INFO|CPU0: jumping to kernel',
    initialiserStart,
    monitorStart: monitorStarted,
    ready: monitorStarted,
    loaderError: /LDR\|ERROR(\|CPU\d)?: /,
    initialiserError: /^ERROR \[sel4_capdl_initializer/,
  },
  tool: {
    ...sdk201.tool,
    options: ['--output', '--report', '--image-type', '--board', '--config', '--capdl-json', '--search-path'],
    imageTypes: ['binary', 'elf'],
    reads: [...sdk201.tool.reads, 'elf/initialiser.elf'],
  },
  runtime: {
    ...sdk201.runtime,
    configs: ['release', 'debug', 'benchmark', 'smp-release', 'smp-debug', 'smp-benchmark'],
    smc: true,
    acknowledgesAtStart: true,
  },
};

const sdk220: MicrokitFacts = {
  seL4: '15.0.0',
  log: { ...sdk210.log, assertion: /\|assert failed: / },
  tool: { ...sdk210.tool, reads: [...sdk210.tool.reads, 'object_sizes.json'] },
  runtime: { ...sdk210.runtime, assertionStops: true },
};

const sdk230: MicrokitFacts = {
  seL4: '16.0.0',
  log: { ...sdk220.log, loaderStart: 'LDR|INFO: loader for seL4 starting' },
  tool: {
    ...sdk220.tool,
    options: [
      '--output',
      '--report',
      '--image-type',
      '--override-kernel',
      '--board',
      '--config',
      '--capdl-json',
      '--viper-output',
      '--search-path',
    ],
    workingDirectory: 'last',
    reads: [...sdk220.tool.reads, 'address_space_constants.json'],
  },
  runtime: {
    ...sdk220.runtime,
    deferredSurvivesReply: true,
    resume: true,
    debugRegistersSwitched: ['debug', 'smp-debug'],
    keepsPar: true,
  },
};

/** The facts of every version. The key is the text of the SDK's VERSION file. */
export const microkitFacts: Readonly<Record<Version, MicrokitFacts>> = {
  '2.0.1': sdk201,
  '2.1.0': sdk210,
  '2.2.0': sdk220,
  '2.3.0': sdk230,
};

/**
 * The known version that represents the one an SDK names: the version itself or, for a development version
 * (`2.2.1-dev.5`), the newest known one that is not newer. Undefined for a text that is not a version or is older than
 * all known ones.
 */
export function knownVersion(text: string): Version | undefined {
  const wanted = numbers(text);
  if (wanted === undefined) return undefined;
  const notNewer = versions.filter((version) => compare(numbers(version) ?? [], wanted) <= 0);
  return notNewer.at(-1);
}

function numbers(text: string): number[] | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)(?:$|[-+])/.exec(text.trim());
  return match?.slice(1).map(Number);
}

function compare(left: readonly number[], right: readonly number[]): number {
  const at = left.findIndex((value, index) => value !== right[index]);
  return at === -1 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}
