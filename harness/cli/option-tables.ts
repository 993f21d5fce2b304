// SPDX-License-Identifier: BSD-2-Clause
/** Options that several commands take. Loads nothing: what they mean is in options.ts. */
import type { OptionSpec } from './command.js';

export const defaultBoard = 'qemu_virt_aarch64';
export const configs = ['debug', 'release', 'smp-debug', 'smp-release'];
export const maxVcpus = 4;

type Options = Readonly<Record<string, OptionSpec>>;

/** Every command takes these. */
export const commonOptions: Options = {
  // main.ts looks for it before anything is loaded.
  'build-dir': { value: 'DIR', about: 'where everything is built; VMM_HARNESS_BUILD stands for it' },
  quiet: { short: 'q', about: 'print the result alone' },
  verbose: { short: 'v', about: 'show the command line of each program that is started' },
  help: { short: 'h', about: 'this text' },
};

export const jsonOption: Options = { json: { about: 'print JSON' } };

export const boardOptions: Options = {
  board: { value: 'NAME', about: `a board that vmm-harness boards shows; ${defaultBoard} when not given` },
};

export const guestOptions: Options = {
  ...boardOptions,
  vcpus: { value: 'N', about: `virtual CPUs of the guest, 1 to ${maxVcpus}; 1 when not given` },
  kernel: { value: 'FILE', about: "an arm64 Image of yours instead of Debian's kernel" },
  initrd: { value: 'FILE', about: 'an initrd of yours; its console must show the prompt "guest# "' },
  dtb: { value: 'FILE', about: 'a compiled device tree of yours' },
};

export const buildOptions: Options = {
  ...guestOptions,
  sdk: {
    value: 'SDK',
    about: 'a directory, or a name that vmm-harness sdk list shows; MICROKIT_SDK or minikit when not given',
  },
  microkit: { value: 'VERSION', about: 'the Microkit that minikit is: 2.0.1 or 2.3; 2.0.1 when not given' },
  config: { value: 'NAME', about: `configuration of the SDK: ${configs.join(', ')}; debug when not given` },
  cores: {
    value: 'N',
    about: 'cores that the VMM and the vCPUs are spread over, with --config smp-debug or smp-release',
  },
};

export const runsOption: Options = {
  runs: {
    value: 'DIR',
    about: 'where run folders are made; VMM_HARNESS_RUNS, or runs in the current folder, when not given',
  },
  'console-limit': {
    value: 'MB',
    about:
      'most that the log of a console may take; a console that prints more ends the run; 1074 when not given',
  },
  'folder-limit': {
    value: 'MB',
    about: 'most that the folder of a run may take, with all logs; 8590 when not given',
  },
};
