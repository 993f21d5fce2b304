// SPDX-License-Identifier: BSD-2-Clause
/** The commands by name. Each is loaded only when needed. */
import type { Command, Family } from './command.js';

interface Entry {
  summary: string;
  load(): Promise<{ command: Command | Family }>;
}

export const commands: Readonly<Record<string, Entry>> = {
  doctor: { summary: 'what this machine has and lacks', load: () => import('./commands/doctor.js') },
  setup: { summary: 'install what this machine lacks', load: () => import('./commands/setup.js') },
  boards: { summary: 'the boards, and what can run them', load: () => import('./commands/boards.js') },
  sdk: { summary: 'Microkit SDKs: list, install and choose them', load: () => import('./commands/sdk.js') },
  guest: {
    summary: 'make the Linux guest: kernel, initrd, device tree',
    load: () => import('./commands/guest.js'),
  },
  system: { summary: 'print or check a system description', load: () => import('./commands/system.js') },
  build: { summary: 'make everything up to the image', load: () => import('./commands/build.js') },
  boot: { summary: "boot an image to the guest's prompt", load: () => import('./commands/boot.js') },
  run: { summary: 'build, boot and check a guest', load: () => import('./commands/run.js') },
  init: {
    summary: 'write a suite for your own system description',
    load: () => import('./commands/init.js'),
  },
  test: {
    summary: 'run your own suite: build, boot and check your system',
    load: () => import('./commands/test.js'),
  },
  flash: {
    summary: 'start an image on a board: power, U-Boot, upload, check, go',
    load: () => import('./commands/flash.js'),
  },
  console: {
    summary: "a terminal on a board's serial line, with the log kept",
    load: () => import('./commands/console.js'),
  },
  sdcard: {
    summary: 'an SD card image that boots a board without any cable',
    load: () => import('./commands/sdcard.js'),
  },
  conform: {
    summary: 'does a VMM library do what its API and the architecture say?',
    load: () => import('./commands/conform.js'),
  },
  differential: {
    summary: 'programs with and without a VMM: which differences can a guest see?',
    load: () => import('./commands/differential.js'),
  },
  report: {
    summary: 'show the report of a run, or merge several',
    load: () => import('./commands/report.js'),
  },
  fuzz: { summary: 'a hostile guest against libvmm, on the host', load: () => import('./commands/fuzz.js') },
  runs: { summary: 'the run folders: list, show and remove them', load: () => import('./commands/runs.js') },
  completion: {
    summary: 'completion of commands and options, for a shell',
    load: () => import('./commands/completion.js'),
  },
};
