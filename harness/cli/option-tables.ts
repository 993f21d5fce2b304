// SPDX-License-Identifier: BSD-2-Clause
/** Options that several commands take. Imports nothing: options.ts interprets them. */
import type { OptionSpec } from './command.js';

export const defaultBoard = 'qemu_virt_aarch64';
export const configs = ['debug', 'release', 'smp-debug', 'smp-release'];
export const maxVcpus = 4;

type Options = Readonly<Record<string, OptionSpec>>;

/** Every command takes these. */
export const commonOptions: Options = {
  // main.ts looks for it before anything else is loaded.
  'build-dir': { value: 'DIR', about: 'folder for everything that is built; default VMM_HARNESS_BUILD' },
  quiet: { short: 'q', about: 'print only the result' },
  verbose: { short: 'v', about: 'show the command line of each started program' },
  help: { short: 'h', about: 'this text' },
};

export const jsonOption: Options = { json: { about: 'print JSON' } };

export const boardOptions: Options = {
  board: { value: 'NAME', about: `a board from vmm-harness boards; default ${defaultBoard}` },
};

export const guestOptions: Options = {
  ...boardOptions,
  vcpus: { value: 'N', about: `virtual CPUs of the guest, 1 to ${maxVcpus}; default 1` },
  kernel: { value: 'FILE', about: "your own arm64 Image instead of Debian's kernel" },
  initrd: { value: 'FILE', about: 'your own initrd; its console must show the prompt "guest# "' },
  dtb: { value: 'FILE', about: 'your own compiled device tree' },
};

export const coresOption: Options = {
  cores: {
    value: 'N',
    about: 'number of cores for the VMM and the vCPUs, with --config smp-debug or smp-release',
  },
};

export const buildOptions: Options = {
  ...guestOptions,
  sdk: {
    value: 'SDK',
    about: 'a directory, or a name from vmm-harness sdk list; default MICROKIT_SDK or minikit',
  },
  microkit: {
    value: 'VERSION',
    about: 'the Microkit version as which to build minikit: 2.0.1 or 2.3; default 2.0.1',
  },
  config: { value: 'NAME', about: `configuration of the SDK: ${configs.join(', ')}; default debug` },
  ...coresOption,
};

export const runsOption: Options = {
  runs: {
    value: 'DIR',
    about: 'folder for run folders; default VMM_HARNESS_RUNS, or runs in the current folder',
  },
  'console-limit': {
    value: 'MB',
    about: 'size limit of a console log; a console that prints more ends the run; default 1074',
  },
  'folder-limit': {
    value: 'MB',
    about: 'size limit of the folder of a run, with all logs; default 8590',
  },
};
