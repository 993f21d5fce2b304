// SPDX-License-Identifier: BSD-2-Clause
/** The keys of a lab file, in one table from which it is checked, typed and filled with defaults. */
import { portForms } from '../serial/address.js';
import { defaultSettings as line } from '../serial/settings.js';
import { defaultUBoot, startMethods } from '../uboot/settings.js';

interface Common {
  about: string;
  required?: true;
}

/** `otherwise` is the default. */
export type Field = Common &
  (
    | { kind: 'text'; among?: readonly string[]; otherwise?: string }
    | { kind: 'number'; least: number; most: number; whole?: true; otherwise?: number }
    | { kind: 'switch'; otherwise?: boolean }
    | { kind: 'texts'; otherwise?: readonly string[] }
    | { kind: 'table'; fields: Fields }
    /** Tables with names that the user chooses. */
    | { kind: 'tables'; fields: Fields }
    /** One of the words `among`, or a table. */
    | { kind: 'word or table'; among: readonly string[]; fields: Fields; otherwise?: string }
  );

export type Fields = Readonly<Record<string, Field>>;

const { limits: uboots } = defaultUBoot;
const seconds = { kind: 'number', least: 0.1, most: 3600 } as const;

const power = {
  cycle: { kind: 'text', about: 'shell command that switches it off and on again' },
  on: { kind: 'text', about: 'shell command that switches it on' },
  off: { kind: 'text', about: 'shell command that switches it off; also done at the end of a run' },
  pause: { ...seconds, otherwise: 2, about: 'seconds without power in a cycle made of off and on' },
  limit: { ...seconds, otherwise: 30, about: 'seconds that one of these commands may take' },
  person: { kind: 'switch', otherwise: false, about: 'somebody at the desk is asked to press reset' },
  wait: { ...seconds, otherwise: 60, about: 'seconds for the person to do so' },
} as const satisfies Fields;

const lock = {
  acquire: {
    kind: 'text',
    about: 'shell command that waits until it has the board, with LOCK_KEY in its environment',
  },
  release: { kind: 'text', about: 'shell command that returns the board' },
  cancel: {
    kind: 'text',
    about: 'shell command that cancels an acquire that was interrupted while it waited',
  },
  wait: { ...seconds, most: 86_400, otherwise: 3600, about: 'seconds that acquire may wait' },
} as const satisfies Fields;

const uboot = {
  prompt: { kind: 'text', about: 'its prompt; by default learnt from the board' },
  autoboot: {
    kind: 'text',
    about:
      'the text that it prints while it can be stopped; default: any line that contains "stop autoboot" or "abort autoboot"',
  },
  stop_key: {
    kind: 'text',
    about: 'the key to type then; Ctrl-C is "\\u0003". Default: the key that the line names',
  },
  start: {
    kind: 'text',
    among: startMethods,
    about: 'how the image is started: go; bootm or booti where go does not work',
  },
  setup: { kind: 'texts', otherwise: defaultUBoot.setup, about: 'commands to type first, in order' },
  load: { kind: 'text', about: 'shell command, run after power on, that loads U-Boot itself' },
  uuu: {
    kind: 'text',
    about:
      "file with SPL and U-Boot that NXP's uuu sends to an i.MX in serial download mode; relative to the lab file",
  },
  scratch: {
    kind: 'number',
    least: 0,
    most: 2 ** 40,
    whole: true,
    about: 'physical address for the packed or wrapped image; by default after the image',
  },
  first_byte: {
    ...seconds,
    otherwise: uboots.firstByte / 1000,
    about: 'seconds from power on to the first byte',
  },
  autoboot_limit: {
    ...seconds,
    otherwise: uboots.autoboot / 1000,
    about: 'seconds from power on to the autoboot line',
  },
  prompt_limit: {
    ...seconds,
    otherwise: uboots.prompt / 1000,
    about: 'seconds from the stop key to the prompt',
  },
} as const satisfies Fields;

const upload = {
  by: {
    kind: 'text',
    among: ['tftp', 'ymodem', 'fastboot', 'command'],
    about: 'over the network, the serial line, USB, or by a shell command; default for a real board: ymodem',
  },
  network: {
    kind: 'word or table',
    among: ['dhcp'],
    fields: {
      ip: { kind: 'text', required: true, about: "the board's address" },
      netmask: { kind: 'text', otherwise: '255.255.255.0', about: 'the netmask of its network' },
    },
    otherwise: 'dhcp',
    about: 'how the board gets its address: "dhcp", or { ip, netmask }',
  },
  baud: { kind: 'number', least: 1200, most: 12e6, whole: true, about: 'a different rate, for YMODEM only' },
  silence: {
    ...seconds,
    otherwise: 25,
    about: 'seconds without an answer from the board after which a YMODEM transfer ends',
  },
  command: {
    kind: 'text',
    about: 'the shell command, with IMAGE, ADDRESS, PORT and BOARD in its environment',
  },
  before: {
    kind: 'text',
    about: 'a command to type at the prompt first and leave running; ADDRESS and SIZE are replaced',
  },
  tool: {
    kind: 'text',
    among: ['fastboot', 'uuu'],
    otherwise: 'fastboot',
    about: 'the program on this machine that speaks fastboot',
  },
  gadget: { kind: 'text', otherwise: 'usb 0', about: "the argument of U-Boot's fastboot command" },
  device: {
    kind: 'text',
    about: 'selects one of several boards: a serial number for fastboot, a bus path for uuu',
  },
  start: {
    kind: 'switch',
    otherwise: true,
    about: 'false: the board starts the image by itself, and U-Boot is left alone',
  },
  limit: { ...seconds, otherwise: 600, about: 'seconds that the command may take' },
} as const satisfies Fields;

export const boardFields = {
  board: { kind: 'text', about: "Microkit's name of the board; by default the table's own name" },
  open_network: {
    kind: 'switch',
    otherwise: false,
    about: "the virtual board's network reaches this machine's; by default only its own DHCP and TFTP server",
  },
  virtual: { kind: 'switch', otherwise: false, about: "no hardware: QEMU with Debian's U-Boot" },
  run: {
    kind: 'text',
    about:
      'instead of a port: shell command that starts $IMAGE on the board, and is its line until it ends (mq.sh run)',
  },
  port: {
    kind: 'text',
    about: `the serial port: ${portForms}`,
  },
  labgrid: {
    kind: 'text',
    about:
      'a place of a labgrid lab, which provides the port and the power; any:KEY=VALUE,... is a free one with these tags',
  },
  labgrid_wait: {
    kind: 'number',
    least: 0,
    most: 86_400,
    otherwise: 0,
    about: 'seconds to wait for a labgrid place that somebody else has',
  },
  baud: {
    kind: 'number',
    least: 1200,
    most: 12e6,
    whole: true,
    about: "bits a second; default: the rate in the board's data, otherwise 115200",
  },
  data_bits: { kind: 'number', least: 7, most: 8, whole: true, otherwise: line.dataBits, about: '7 or 8' },
  parity: {
    kind: 'text',
    among: ['none', 'even', 'odd'],
    otherwise: line.parity,
    about: 'the parity of each character',
  },
  stop_bits: { kind: 'number', least: 1, most: 2, whole: true, otherwise: line.stopBits, about: '1 or 2' },
  flow_control: {
    kind: 'text',
    among: ['none', 'rtscts', 'xonxoff'],
    otherwise: line.flowControl,
    about: 'the flow control of the line',
  },
  character_delay: {
    kind: 'number',
    least: 0,
    most: 1000,
    otherwise: line.characterDelay,
    about: 'milliseconds to wait after each typed character, for boards that drop input',
  },
  tries: {
    kind: 'number',
    least: 1,
    most: 10,
    whole: true,
    otherwise: 3,
    about: 'how many times to switch it on before giving up',
  },
  lock: { kind: 'table', fields: lock, about: "how to take it from the lab's own queue" },
  power: { kind: 'table', fields: power, about: 'how it is switched on and off' },
  uboot: { kind: 'table', fields: uboot, about: 'how to talk to its U-Boot' },
  upload: { kind: 'table', fields: upload, about: 'how to upload the image' },
} as const satisfies Fields;

export const tftpFields = {
  root: { kind: 'text', about: 'folder that a TFTP server on this machine serves' },
  server: {
    kind: 'text',
    about: "that server's address as the boards see it; by default they learn it from DHCP",
  },
  listen: { kind: 'text', about: 'address on which to start a TFTP server for each run, instead of root' },
  port: { kind: 'number', least: 1, most: 65535, whole: true, about: 'its UDP port; default 69' },
} as const satisfies Fields;

export const labgridFields = {
  coordinator: { kind: 'text', about: "HOST:PORT of labgrid's coordinator; default LG_COORDINATOR" },
  client: { kind: 'text', otherwise: 'labgrid-client', about: "labgrid's client program" },
} as const satisfies Fields;

export const labFields = {
  board: {
    kind: 'tables',
    fields: boardFields,
    required: true,
    about: 'the boards on this desk, by your names',
  },
  tftp: { kind: 'table', fields: tftpFields, about: 'the TFTP server for uploads' },
  labgrid: { kind: 'table', fields: labgridFields, about: 'how to reach labgrid' },
} as const satisfies Fields;
