// SPDX-License-Identifier: BSD-2-Clause
/** The first vmm-suite.toml of a system. Its description provides the values; everything else is a commented line. */
import { join } from 'node:path';
import type { Description } from '../../system/description.js';

export interface TemplateFacts {
  name: string;
  /** The description's folder, relative to the suite's. */
  folder: string;
  /** The description's file name. */
  description: string;
  system: Description;
}

/** A basic string of TOML (TOML 1.0, String), whose escapes include those of JSON. */
const quoted = (text: string): string => JSON.stringify(text);

/** Describes the guests in a comment. */
function guestLines({ guests, domains }: Description): string[] {
  const programs = domains.map(({ domain }) => domain.attributes.name ?? '?').join(', ');
  const machines = guests.map(({ guest, vmm }) => {
    const count = guest.vcpus.length;
    return `# ${guest.attributes.name ?? '?'}: ${count} vCPU${count === 1 ? '' : 's'}, run by ${vmm.attributes.name ?? '?'}`;
  });
  return [`# protection domains: ${programs}`, ...machines];
}

/** The text of the suite's file. */
export function suiteTemplate({ name, folder, description, system }: TemplateFacts): string {
  return [
    '# docs/suite.md describes every key. Run the suite with: vmm-harness test',
    ...guestLines(system),
    `name   = ${quoted(name)}`,
    '# build = "make MICROKIT_SDK=$MICROKIT_SDK MICROKIT_BOARD=$MICROKIT_BOARD MICROKIT_CONFIG=$MICROKIT_CONFIG BUILD_DIR=$BUILD_DIR"',
    `image  = ${quoted(join(folder, 'loader.img'))}    # "$BUILD_DIR/loader.img" with a build`,
    `system = ${quoted(join(folder, description))}`,
    'matrix = { board = ["qemu_virt_aarch64"], config = ["debug"] }',
    '',
    "# [[boot]]                # the text to wait for, and what to type then; default: a kernel's first line",
    '# until = "login:"',
    '# send  = "root\\n"',
    '',
    "# [shell]                 # the prompt of the guest's shell; checks need it",
    '# prompt = "# "',
    '',
    '# [[check]]',
    '# name   = "the guest has a network"',
    '# run    = "ip link show eth0"    # exit status 0',
    '# expect = "state UP"',
    '',
  ].join('\n');
}
