// SPDX-License-Identifier: BSD-2-Clause
/** The plan of `run`: what a suite for the demo would contain. */
import type { BuildRequest, Built } from '../subject/demo/build.js';
import { bootPhases, guestPrompt, rebootPhases } from './boot.js';
import { type BuiltInName, builtInNames, builtIns, type Parameters } from './checks/built-in.js';
import type { Plan } from './plan.js';

/** The VMM's last line. With a `release` configuration, where the VMM is silent, the kernel's last line. */
const lastLines = { debug: 'vmm|INFO: guest stopped: SYSTEM_OFF', release: 'reboot: Power down' };

/** Kernel messages between a command's lines would look like the command's output. */
const prepare = 'dmesg -n 1';

export function demoPlan({ board, config, vcpus }: BuildRequest, { guest }: Built): Plan {
  const parameters: Partial<Record<BuiltInName, Parameters>> = {
    kernel: { release: guest.kernelRelease },
    memory: { mib: guest.layout.ram.size / 2 ** 20 },
    cpus: { count: vcpus },
    timer: { count: vcpus },
    poweroff: { until: config.endsWith('release') ? lastLines.release : lastLines.debug },
  };
  const surroundings = { board, restart: rebootPhases, prepare };
  return {
    phases: bootPhases(config),
    prompt: guestPrompt,
    prepare,
    guests: [],
    checks: builtInNames.map((name) => builtIns[name].make(parameters[name] ?? {}, surroundings)),
  };
}
