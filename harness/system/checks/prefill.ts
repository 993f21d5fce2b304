// SPDX-License-Identifier: BSD-2-Clause
/** Memory regions that are filled from a file: Microkit manual, "Prefilling". */
import { HarnessError } from '../../base/error.js';
import type { MemoryRegion } from '../nodes.js';
import { pageSizeOf } from '../pages.js';
import { formatHex } from '../values.js';
import type { Check, CheckContext } from './check.js';
import { regionsByName, sound, spaces } from './lookup.js';

const size: Check = {
  about: 'a memory region that has neither a size nor a file to take the size from',
  shows: 'tool',
  since: '2.2.0',
  run(system, report) {
    for (const region of sound(system.regions)) {
      const { size, prefillPath, prefillBootinfo } = region.attributes;
      if (size !== undefined || prefillPath !== undefined || prefillBootinfo !== undefined) continue;
      report({ element: region, attribute: 'name' }, `memory region '${region.name}' has no size`, {
        expected: 'size, or prefill_path with a file of the wanted size',
      });
    }
  },
};

const both: Check = {
  about: 'a memory region that is filled both from a file and with boot information',
  shows: 'tool',
  since: '2.3.0',
  run(system, report) {
    for (const region of sound(system.regions)) {
      const { prefillPath, prefillBootinfo } = region.attributes;
      if (prefillPath === undefined || prefillBootinfo === undefined) continue;
      const what = `memory region '${region.name}' cannot be filled with two things`;
      report({ element: region, attribute: 'prefill_bootinfo' }, what, {
        expected: 'prefill_path or prefill_bootinfo',
      });
    }
  },
};

/** Size of a memory region's file in bytes; undefined when it is unavailable. */
function bytesOf(region: MemoryRegion, { prefill }: CheckContext): number | undefined {
  const { prefillPath } = region.attributes;
  try {
    return prefillPath === undefined ? undefined : prefill?.(prefillPath);
  } catch (error) {
    if (error instanceof HarnessError) return undefined;
    throw error;
  }
}

const file: Check = {
  about: 'a file for prefilling that is missing or empty',
  shows: 'tool',
  since: '2.2.0',
  run(system, report, { prefill }) {
    for (const region of sound(system.regions)) {
      const { prefillPath } = region.attributes;
      if (prefillPath === undefined || prefill === undefined) continue;
      const at = { element: region, attribute: 'prefill_path' };
      try {
        if (prefill(prefillPath) === 0)
          report(at, `the file '${prefillPath}' is empty`, { expected: 'at least one byte' });
      } catch (error) {
        if (!(error instanceof HarnessError)) throw error;
        const { where: _, ...detail } = error.detail;
        report(at, error.message, detail);
      }
    }
  },
};

const fits: Check = {
  about: 'a file larger than the memory region that is filled from it',
  shows: 'tool',
  since: '2.2.0',
  run(system, report, context) {
    for (const region of sound(system.regions)) {
      const { size, prefillPath } = region.attributes;
      const bytes = bytesOf(region, context);
      if (size === undefined || bytes === undefined || bytes <= size) continue;
      report(
        { element: region, attribute: 'size' },
        `memory region '${region.name}' is smaller than its file`,
        {
          expected: `at least ${formatHex(bytes)}, the size of '${prefillPath}'`,
          got: formatHex(size),
          wayOut: 'leave out the size: it is then taken from the file',
        },
      );
    }
  },
};

const pages: Check = {
  about: 'a memory region with a whole page after the end of its file: the tool panics',
  shows: 'tool',
  since: '2.2.0',
  run(system, report, context) {
    const maps = spaces(system).flatMap((space) => sound(space.maps));
    for (const region of sound(system.regions)) {
      const { size, prefillPath } = region.attributes;
      const bytes = bytesOf(region, context);
      if (size === undefined || bytes === undefined) continue;
      const page = pageSizeOf(region, size, maps);
      if (size - page <= bytes) continue;
      report(
        { element: region, attribute: 'size' },
        `memory region '${region.name}' is at least a page larger than its file`,
        {
          expected: `at most ${formatHex(Math.ceil(bytes / page) * page)} for the ${formatHex(bytes)} bytes of '${prefillPath}'`,
          got: formatHex(size),
          wayOut: 'fill a separate region, and copy from it',
        },
      );
    }
  },
};

const setvar: Check = {
  about: 'a symbol for the size of a file when there is no file',
  shows: 'tool',
  since: '2.2.0',
  run(system, report) {
    const regions = regionsByName(system);
    for (const map of system.domains.flatMap(({ domain }) => sound(domain.maps))) {
      const region = regions.get(map.mr);
      if (map.setvars.setvarPrefillSize === undefined || region === undefined) continue;
      if (region.attributes.prefillPath !== undefined) continue;
      report(
        { element: map, attribute: 'setvar_prefill_size' },
        `memory region '${map.mr}' is not filled from a file`,
        {
          expected: `prefill_path on memory region '${map.mr}'`,
        },
      );
    }
  },
};

const architecture: Check = {
  about: 'boot information that exists only on x86-64: on AArch64 the memory region stays empty',
  shows: 'later',
  severity: 'warning',
  aarch64: true,
  since: '2.3.0',
  run(system, report) {
    for (const region of sound(system.regions)) {
      const { prefillBootinfo } = region.attributes;
      if (prefillBootinfo === undefined || prefillBootinfo === 'fdt') continue;
      report(
        { element: region, attribute: 'prefill_bootinfo' },
        `AArch64 has no boot information '${prefillBootinfo}'`,
        {
          expected: 'fdt',
        },
      );
    }
  },
};

export const prefillChecks = {
  prefill_size: size,
  prefill_both: both,
  prefill_file: file,
  prefill_fits: fits,
  prefill_pages: pages,
  prefill_setvar: setvar,
  prefill_architecture: architecture,
};
