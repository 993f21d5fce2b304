// SPDX-License-Identifier: BSD-2-Clause
/** What may stand in a lab file: one table, from which it is checked and by which it is documented. */
import { startMethods } from '../uboot/settings.js';

interface Common {
  about: string;
  required?: true;
}

export type Field = Common &
  (
    | { kind: 'text'; among?: readonly string[] }
    | { kind: 'number'; least: number; most: number; whole?: true }
    | { kind: 'switch' }
    | { kind: 'texts' }
    | { kind: 'table'; fields: Fields }
    /** Tables by names of the user's. */
    | { kind: 'tables'; fields: Fields }
    /** A word of `among`, or a table. */
    | { kind: 'word or table'; among: readonly string[]; fields: Fields }
  );

export type Fields = Readonly<Record<string, Field>>;

const seconds = { kind: 'number', least: 0.1, most: 3600 } as const;

const power: Fields = {
  cycle: { kind: 'text', about: 'shell command that switches it off and on again' },
  on: { kind: 'text', about: 'shell command that switches it on' },
  off: { kind: 'text', about: 'shell command that switches it off; also done at the end of a run' },
  pause: { ...seconds, about: 'seconds without power in a cycle made of off and on; 2' },
  limit: { ...seconds, about: 'seconds that one of these commands may take; 30' },
  person: { kind: 'switch', about: 'somebody at the desk is asked to press reset' },
  wait: { ...seconds, about: 'seconds for the person to do so; 60' },
};

const uboot: Fields = {
  prompt: { kind: 'text', about: 'its prompt; learnt from the board when not given' },
  autoboot: { kind: 'text', about: 'what it prints while it can be stopped; "Hit any key to stop autoboot"' },
  stop_key: { kind: 'text', about: 'what is typed then; Ctrl-C ("\\u0003")' },
  start: {
    kind: 'text',
    among: startMethods,
    about: 'how the image is entered: go; bootm or booti where go does not work',
  },
  setup: { kind: 'texts', about: 'commands typed first, in their order' },
  load: { kind: 'text', about: 'shell command run after power on that brings U-Boot itself' },
  uuu: {
    kind: 'text',
    about: "file with SPL and U-Boot that NXP's uuu gives to an i.MX in serial download; beside the lab file",
  },
  scratch: {
    kind: 'number',
    least: 0,
    most: 2 ** 40,
    whole: true,
    about: 'physical address for what is unpacked or wrapped; behind the image',
  },
  first_byte: { ...seconds, about: 'seconds from power on to the first byte; 15' },
  autoboot_limit: { ...seconds, about: 'seconds from power on to the autoboot line; 60' },
  prompt_limit: { ...seconds, about: 'seconds from the stop key to the prompt; 5' },
};

const upload: Fields = {
  by: {
    kind: 'text',
    among: ['tftp', 'ymodem', 'fastboot', 'command'],
    about: 'over the network, the serial line, USB, or by a shell command; ymodem',
  },
  network: {
    kind: 'word or table',
    among: ['dhcp'],
    fields: {
      ip: { kind: 'text', required: true, about: "the board's address" },
      netmask: { kind: 'text', about: '255.255.255.0' },
    },
    about: 'how the board gets its address: "dhcp", or { ip, netmask }',
  },
  baud: { kind: 'number', least: 1200, most: 12e6, whole: true, about: 'another rate for YMODEM only' },
  silence: { ...seconds, about: "seconds without an answer of the board's that end a YMODEM transfer; 25" },
  command: {
    kind: 'text',
    about: 'the shell command; it finds IMAGE, ADDRESS, PORT and BOARD in its environment',
  },
  before: {
    kind: 'text',
    about: 'typed at the prompt before the command, and left running; ADDRESS and SIZE are put in',
  },
  tool: {
    kind: 'text',
    among: ['fastboot', 'uuu'],
    about: 'the program of this machine that speaks fastboot; fastboot',
  },
  gadget: { kind: 'text', about: "what U-Boot's fastboot command is given; usb 0" },
  device: {
    kind: 'text',
    about: 'which of several boards: a serial number for fastboot, a bus path for uuu',
  },
  start: { kind: 'switch', about: 'false: the board starts the image by itself, U-Boot is left alone; true' },
  limit: { ...seconds, about: 'seconds that the command may take; 600' },
};

const board: Fields = {
  board: { kind: 'text', about: "Microkit's name of the board; the table's own name when not given" },
  virtual: { kind: 'switch', about: "no hardware: QEMU with Debian's U-Boot" },
  open_network: {
    kind: 'switch',
    about:
      "the virtual board's network reaches this machine's; only its own DHCP and TFTP server when not given",
  },
  port: { kind: 'text', about: 'serial port; a name below /dev/serial/by-id stays the same' },
  baud: { kind: 'number', least: 1200, most: 12e6, whole: true, about: 'bits a second; 115200' },
  data_bits: { kind: 'number', least: 7, most: 8, whole: true, about: '7 or 8; 8' },
  parity: { kind: 'text', among: ['none', 'even', 'odd'], about: 'none' },
  stop_bits: { kind: 'number', least: 1, most: 2, whole: true, about: '1 or 2; 1' },
  flow_control: { kind: 'text', among: ['none', 'rtscts', 'xonxoff'], about: 'none' },
  character_delay: {
    kind: 'number',
    least: 0,
    most: 1000,
    about: 'milliseconds after each typed character, for boards that drop input; 0',
  },
  tries: {
    kind: 'number',
    least: 1,
    most: 10,
    whole: true,
    about: 'how often it is switched on before giving up; 3',
  },
  power: { kind: 'table', fields: power, about: 'how it is switched on and off' },
  uboot: { kind: 'table', fields: uboot, about: 'how its U-Boot is spoken to' },
  upload: { kind: 'table', fields: upload, about: 'how the image gets there' },
};

const tftp: Fields = {
  root: { kind: 'text', about: 'folder that a TFTP server on this machine serves' },
  server: {
    kind: 'text',
    about: "that server's address as the boards see it; DHCP tells them when not given",
  },
  listen: { kind: 'text', about: 'address on which a TFTP server is started for each run, instead of root' },
  port: { kind: 'number', least: 1, most: 65535, whole: true, about: 'its UDP port; 69' },
};

export const labFields: Fields = {
  board: { kind: 'tables', fields: board, required: true, about: 'the boards on this desk, by your names' },
  tftp: { kind: 'table', fields: tftp, about: 'the TFTP server for uploads' },
};
