// SPDX-License-Identifier: BSD-2-Clause
/** Boots as they are seen on real boards, from public logs and U-Boot's sources, each played by a fake board. */
import * as assert from 'uvu/assert';
import { has, requireCommands } from '../../../../../harness/machine/board/uboot/abilities.js';
import { defaultUBoot, type UBootSettings } from '../../../../../harness/machine/board/uboot/settings.js';
import { UBoot } from '../../../../../harness/machine/board/uboot/uboot.js';
import { FakeUBoot } from '../../../../support/fake-uboot.js';
import { refusal } from '../../../../support/refusal.js';
import { run, test } from '../../../../support/test.js';

const limits = { firstByte: 20_000, autoboot: 20_000, prompt: 3_000, garbage: 60_000, echo: 2_000 };
const ctrlC = '\x03';

interface Shape {
  name: string;
  /** What it prints up to where it waits. */
  boot: string;
  /** The keys that stop it, and nothing else does. */
  keys?: string;
  prompt?: string;
  version?: string;
  settings?: Partial<UBootSettings>;
  /** Typed at from the beginning, as in a second try. */
  insistent?: true;
  /** What else is different about it. */
  change?: (fake: FakeUBoot) => void;
}

const mainline = 'U-Boot 2023.01 (Jan 09 2023 - 16:07:33 +0000)\r\n\r\nDRAM:  2 GiB\r\n';
const anyKey = 'Hit any key to stop autoboot:  2 ';

const shapes: readonly Shape[] = [
  { name: 'mainline, any key', boot: `${mainline}${anyKey}` },
  {
    name: "Hardkernel's of 2015 on an ODROID-C2, where only Enter counts, twice",
    boot: `GXBB:BL1:08dafd:0a8993\r\n\r\nU-Boot 2015.01-00130-g42a7e8b (May 03 2016)\r\nHit [Enter] key twice to stop autoboot:  2 `,
    keys: '\r\r',
    prompt: 'odroidc2#',
    version: 'U-Boot 2015.01-00130-g42a7e8b',
  },
  {
    name: "the same with the key from the board's data, its line cut short",
    boot: `\r\nU-Boot 2015.01 (May 03 2016)\r\nto stop autoboot:  2 `,
    keys: '\r\r',
    prompt: 'odroidc2#',
    version: 'U-Boot 2015.01',
    settings: { usualStopKey: '\r\r' },
  },
  {
    name: "Hardkernel's of 2015 on an ODROID-C4",
    boot: 'bl31 log\r\n\r\nU-Boot 2015.01-00001 (Aug 28 2020)\r\nHit Enter or space or Ctrl+C key to stop autoboot -- :   1 ',
    keys: ctrlC,
    prompt: 'odroidc4#',
    version: 'U-Boot 2015.01-00001',
  },
  {
    name: "i.MX8 with SPL of another version, the vendor's prompt",
    boot: `\r\nU-Boot SPL 2019.04 (Sep 01 2020)\r\nNormal Boot\r\nTrying to boot from BOOTROM\r\n\r\n\r\nU-Boot 2020.04-5.4.70-2.3.0+g7f6a0a8b (Nov 20 2020)\r\n${anyKey}`,
    prompt: 'u-boot=> ',
    version: 'U-Boot 2020.04-5.4.70-2.3.0+g7f6a0a8b',
  },
  {
    name: 'SPACE alone aborts (CONFIG_AUTOBOOT_KEYED)',
    boot: `${mainline}Press SPACE to abort autoboot in 2 seconds\r\n`,
    keys: ' ',
  },
  {
    name: 'Escape alone stops',
    boot: `${mainline}Press 'ESC' to stop autoboot in 3 seconds\r\n`,
    keys: '\x1b',
  },
  {
    name: 'a stop key of the lab file comes before the one that the line names',
    boot: `${mainline}Press SPACE to abort autoboot, or a secret\r\n`,
    keys: 's',
    settings: { stopKey: 's' },
  },
  {
    name: 'bootdelay 0: it never waits, and is typed at from the beginning',
    boot: `${mainline}Net: eth0\r\n`,
    insistent: true,
  },
  {
    name: 'lines that end in CR CR LF',
    boot: `${mainline}${anyKey}`.replaceAll('\r\n', '\r\r\n'),
    change: (fake) => {
      fake.lineEnd = '\r\r\n';
    },
  },
  {
    name: 'a boot menu, in which Enter would boot: Ctrl-C leaves it',
    boot: `${mainline}${anyKey}`,
    change: (fake) => {
      const leave = () => fake.say(`\r\n${fake.prompt}`);
      const menu = () => {
        fake.say('\x1b[2J\x1b[1;1H  *** U-Boot Boot Menu ***\r\n     Boot Linux\r\n     U-Boot console\r\n');
        fake.stop = { keys: ctrlC, next: leave };
      };
      fake.stop = { keys: ctrlC, next: menu };
    },
  },
  {
    name: 'byte by byte',
    boot: `${mainline}${anyKey}`,
    prompt: 'rock64 # ',
    change: (fake) => {
      const say = fake.say.bind(fake);
      fake.say = (text) => {
        for (const byte of text) say(byte);
      };
    },
  },
  {
    name: 'noise of a line that was just switched on',
    boot: `\u00ff\0\u00f8\x80\0\x1f\r\n${mainline}\0${anyKey}`,
  },
  { name: 'a prompt in colour', boot: `${mainline}${anyKey}`, prompt: '\x1b[1;32mu-boot\x1b[0m=> ' },
  { name: 'a prompt in colour to its end', boot: `${mainline}${anyKey}`, prompt: '\x1b[33mboard $ \x1b[0m' },
  { name: 'a prompt as a shell has it', boot: `${mainline}${anyKey}`, prompt: '[eMMC]$ ' },
  { name: 'a prompt of several words', boot: `${mainline}${anyKey}`, prompt: 'Board of mine # ' },
  { name: 'a prompt with two angles', boot: `${mainline}${anyKey}`, prompt: 'Vendor>> ' },
  { name: "the Raspberry Pi's prompt", boot: `${mainline}${anyKey}`, prompt: 'U-Boot> ' },
  {
    name: 'no hush parser: $? is printed as it stands',
    boot: `\r\nU-Boot 2009.08 (Jan 01 2012)\r\n${anyKey}`,
    version: 'U-Boot 2009.08',
    change: (fake) => {
      fake.hush = false;
    },
  },
];

/** The fake board, and U-Boot at its prompt. */
async function booted(shape: Shape) {
  const { boot, keys = ctrlC, prompt = '=> ', settings = {}, insistent = false, change } = shape;
  const fake = new FakeUBoot({ version: () => 'here', dhcp: () => ({ output: 'ping failed', status: 1 }) });
  fake.prompt = prompt;
  fake.stop = { keys };
  change?.(fake);
  const uboot = new UBoot(fake.wire, { ...defaultUBoot, limits, ...settings });
  const reached = uboot.reach({ insistent });
  fake.say(boot);
  await reached;
  return { fake, uboot };
}

for (const shape of shapes)
  test(`U-Boot is stopped, learnt and spoken to: ${shape.name}`, async () => {
    const { uboot } = await booted(shape);
    assert.is(uboot.version, shape.version ?? 'U-Boot 2023.01');
    assert.equal(await uboot.run('version'), { output: 'here', status: 0 });
    assert.is((await uboot.run('dhcp')).status, 1);
    assert.is((await uboot.run('nonsense')).status, 1);
  });

test('a board that goes on to a login is told to have missed autoboot', async () => {
  const shape = {
    name: '',
    boot: `${mainline}${anyKey}`,
    settings: { limits: { ...limits, prompt: 1_500 } },
  };
  const error = await refusal(
    booted({
      ...shape,
      change: (fake) => {
        fake.prompt = 'Debian GNU/Linux 12 board ttyS0\r\n\r\nboard login: ';
      },
    }),
  );
  assert.match(error.explain(), /autoboot was missed[\s\S]*last line: board login:[\s\S]*stop_key/);
});

test('a board whose prompt cannot be learnt shows its last line, and the key of the lab file', async () => {
  let number = 0;
  const error = await refusal(
    booted({
      name: '',
      boot: `${mainline}${anyKey}`,
      change: (fake) => {
        Object.defineProperty(fake, 'prompt', { get: () => `[${number++}] % ` });
      },
    }),
  );
  assert.match(error.explain(), /prompt changes[\s\S]*last: "\[\d+\] % "[\s\S]*uboot\.prompt/);
});

test('what a build lacks is asked before anything is sent, and the error says what to choose', async () => {
  const { fake, uboot } = await booted({
    name: '',
    boot: `${mainline}${anyKey}`,
    change: ({ lacks }) => lacks.add('go'),
  });
  const ymodem = { needs: ['loady'] };
  const start = await refusal(requireCommands(uboot, 'go', ymodem));
  assert.match(
    start.explain(),
    /does not have the command go[\s\S]*`uboot.start = "bootm"` or `uboot.start = "booti"`/,
  );
  assert.is(start.exitCode, 3);
  const transfer = await refusal(requireCommands(uboot, 'bootm', ymodem));
  assert.match(transfer.explain(), /does not have the command loady[\s\S]*upload\.by/);
  fake.lacks.add('crc32');
  const sum = await refusal(requireCommands(uboot, 'bootm', { needs: [] }));
  assert.match(sum.explain(), /does not have the command crc32/);
  assert.is(await has(uboot, 'unzip'), false);
});

test('a build without help is believed to have everything', async () => {
  const { uboot } = await booted({
    name: '',
    boot: `${mainline}${anyKey}`,
    change: ({ lacks }) => lacks.add('help'),
  });
  assert.equal(await requireCommands(uboot, 'go', { needs: ['loady'] }), ['go', 'loady', 'crc32']);
});

run();
