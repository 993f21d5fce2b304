// SPDX-License-Identifier: BSD-2-Clause
/** Protection domains: Microkit manual, "protection_domain". */
import type { Element } from '../element.js';
import { limits, smallPage } from '../limits.js';
import type { ProtectionDomain, VirtualMachine } from '../nodes.js';
import { formatHex } from '../values.js';
import type { Check, Report } from './check.js';
import { placeOf, repeated, sound } from './lookup.js';

const count: Check = {
  about: 'more protection domains than the monitor can hold',
  shows: 'tool',
  run(system, report) {
    const { domains } = system;
    const extra = domains[limits.protectionDomains];
    if (extra === undefined) return;
    report({ element: extra.domain }, 'there are too many protection domains', {
      expected: `at most ${limits.protectionDomains}`,
      got: String(domains.length),
    });
  },
};

const names: Check = {
  about: 'two protection domains with the same name',
  shows: 'tool',
  run(system, report) {
    const named = system.domains.map(({ domain }) => domain).filter(({ broken }) => !broken.has('name'));
    for (const { item, first } of repeated(named, ({ name }) => name)) {
      report({ element: item, attribute: 'name' }, `protection domain '${item.name}' already exists`, {
        got: `the first one is at ${placeOf(first, 'name')}`,
        wayOut: 'rename one of them',
      });
    }
  },
};

const monitorName: Check = {
  about: "a protection domain called 'monitor', which is Microkit's own",
  shows: 'tool',
  since: '2.1.0',
  run(system, report) {
    for (const { domain } of system.domains) {
      if (domain.broken.has('name') || domain.name !== 'monitor') continue;
      report({ element: domain, attribute: 'name' }, "the name 'monitor' belongs to Microkit's own monitor", {
        wayOut: 'rename the protection domain',
      });
    }
  },
};

const core: Check = {
  about: 'a core that the kernel does not run on',
  shows: 'tool',
  since: '2.1.0',
  run(system, report, { board }) {
    const named = system.domains.flatMap(({ domain }) => [domain, ...(domain.guest?.vcpus ?? [])]);
    for (const element of sound<Element<'vcpu'> | ProtectionDomain>(named)) {
      const { cpu } = element.attributes;
      const most = board === undefined ? 255 : board.cores - 1;
      if (cpu === undefined || cpu <= most) continue;
      report({ element, attribute: 'cpu' }, `there is no core ${cpu}`, {
        expected: board === undefined ? `0 to ${most}` : `0 to ${most} on ${board.name}`,
        got: String(cpu),
        ...(most === 0 && {
          wayOut: "configurations for all cores have names that begin with 'smp-': --config smp-debug",
        }),
      });
    }
  },
};

const nameLength: Check = {
  about: 'a name that would be cut off in microkit_name and in the logs',
  shows: 'later',
  run(system, report) {
    const named = system.domains.flatMap(({ domain }) => [domain, ...(domain.guest ? [domain.guest] : [])]);
    for (const element of named.filter(({ broken }) => !broken.has('name'))) {
      const bytes = Buffer.byteLength(element.name);
      if (bytes < limits.nameBytes) continue;
      report({ element, attribute: 'name' }, `the name '${element.name}' is too long`, {
        expected: `at most ${limits.nameBytes - 1} bytes`,
        got: String(bytes),
      });
    }
  },
};

function inRange(report: Report, element: ProtectionDomain | VirtualMachine): void {
  if (element.priority <= limits.priority) return;
  report({ element, attribute: 'priority' }, `'${element.name}' has too high a priority`, {
    expected: `0 to ${limits.priority}`,
    got: String(element.priority),
  });
}

const priority: Check = {
  about: 'a priority above that of the monitor',
  shows: 'tool',
  run(system, report) {
    for (const domain of sound(system.domains.map(({ domain }) => domain))) inRange(report, domain);
  },
};

const guestPriority: Check = {
  about: 'a priority of a virtual machine that the Microkit tool would silently cut to 8 bits',
  shows: 'later',
  run(system, report) {
    for (const guest of sound(system.guests.map(({ guest }) => guest))) inRange(report, guest);
  },
};

const budget: Check = {
  about: 'a budget larger than its period',
  shows: 'tool',
  run(system, report) {
    const all = system.domains.flatMap(({ domain }) => [domain, ...(domain.guest ? [domain.guest] : [])]);
    for (const element of sound(all)) {
      if (element.budget <= element.period) continue;
      report({ element, attribute: 'budget' }, `'${element.name}' has a budget larger than its period`, {
        expected: `at most its period, ${element.period} microseconds`,
        got: `${element.budget} microseconds`,
      });
    }
  },
};

const leastBudget: Check = {
  about: "a budget or period shorter than the kernel's own worst case, which the kernel refuses at boot",
  shows: 'boot',
  run(system, report, { board }) {
    if (board === undefined) return;
    const all = system.domains.flatMap(({ domain }) => [domain, ...(domain.guest ? [domain.guest] : [])]);
    for (const element of sound(all)) {
      if (element.budget >= board.leastBudget) continue;
      report({ element, attribute: 'budget' }, `'${element.name}' has too short a budget`, {
        expected: `at least ${board.leastBudget} microseconds on ${board.name}`,
        got: `${element.budget} microseconds`,
      });
    }
  },
};

const stack: Check = {
  about: 'a stack that is too small, too large or not a whole number of pages',
  shows: 'tool',
  run(system, report) {
    const { least, most } = limits.stack;
    for (const domain of sound(system.domains.map(({ domain }) => domain))) {
      const size = system.stackSize(domain);
      if (size >= least && size <= most && size % smallPage === 0) continue;
      report(
        { element: domain, attribute: 'stack_size' },
        `protection domain '${domain.name}' cannot have a stack of this size`,
        {
          expected: `${formatHex(least)} to ${formatHex(most)} bytes, a multiple of ${formatHex(smallPage)}`,
          got: formatHex(size),
        },
      );
    }
  },
};

const smc: Check = {
  about: 'secure monitor calls where the kernel does not forward them',
  shows: 'tool',
  run(system, report, { board }) {
    if (board === undefined || board.smc) return;
    for (const domain of sound(system.domains.map(({ domain }) => domain))) {
      if (!domain.smc) continue;
      report(
        { element: domain, attribute: 'smc' },
        `protection domain '${domain.name}' may not make SMCs here`,
        {
          expected: `smc="false" on ${board.name}: its kernel does not forward secure monitor calls`,
        },
      );
    }
  },
};

export const domainChecks = {
  domain_count: count,
  domain_names: names,
  domain_monitor: monitorName,
  domain_core: core,
  domain_name_length: nameLength,
  domain_priority: priority,
  guest_priority: guestPriority,
  domain_budget: budget,
  domain_least_budget: leastBudget,
  domain_stack: stack,
  domain_smc: smc,
};
