// SPDX-License-Identifier: BSD-2-Clause
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../../../../harness/base/paths.js';
import { filled } from '../../../../../harness/machine/board/lab/filled.js';
import { boardInLab, loadLab, readLab } from '../../../../../harness/machine/board/lab/lab.js';
import { type Fields, labFields } from '../../../../../harness/machine/board/lab/schema.js';
import { inFolder } from '../../../../support/folder.js';
import { refusal } from '../../../../support/refusal.js';
import { run, test } from '../../../../support/test.js';

const good = `
[tftp]
listen = "192.168.1.10"

[board.desk]
board = "qemu_virt_aarch64"
port = "/dev/serial/by-id/usb-0"
baud = 1_500_000
power.cycle = "uhubctl -a cycle"
uboot = { prompt = "odroidc4# ", start = "booti" }

[board.desk.upload]
by = "tftp"
network = { ip = "192.168.1.20" }
`;

const board = (more: string) => `[board.a]\nboard = "qemu_virt_aarch64"\n${more}\n`;
const whole = 'port = "/dev/ttyUSB0"\npower.person = true\n';

test('a lab file yields boards with every default filled in', () => {
  const desk = readLab(good, 'lab.toml').get('desk');
  assert.is(desk?.line.baud, 1_500_000);
  assert.is(desk?.line.dataBits, 8);
  assert.equal(
    [desk?.uboot.prompt, desk?.uboot.start, desk?.uboot.usualStopKey],
    ['odroidc4# ', 'booti', '\x03'],
  );
  assert.equal(desk?.upload.network, { ip: '192.168.1.20', netmask: '255.255.255.0' });
  assert.equal([desk?.tftp.listen, desk?.power.pause, desk?.tries], ['192.168.1.10', 2000, 3]);
  assert.is(desk?.where, 'lab.toml:5:8');
});

test('a virtual board needs one line, uses TFTP, and is started by booti', () => {
  const one = readLab('[board.qemu_virt_aarch64]\nvirtual = true\n', 'lab.toml').get('qemu_virt_aarch64');
  assert.equal([one?.board.name, one?.upload.by, one?.uboot.start], ['qemu_virt_aarch64', 'tftp', 'booti']);
});

const bad: [what: string, toml: string, words: RegExp][] = [
  ['text that is no TOML', 'board = [\n', /^lab.toml:\d+:\d+: this is not TOML/],
  [
    'a file without boards',
    '[tftp]\nroot = "/srv"\n',
    /^lab.toml:1:1: the file has no board\n.*expected: board:/,
  ],
  [
    'an unknown table',
    `${board(whole)}[tfpt]\n`,
    /^lab.toml:6:2: there is no key tfpt here\n.*did you mean "tftp"\?/,
  ],
  [
    'an unknown key',
    board(`${whole}buad = 9600`),
    /^lab.toml:5:1: there is no key buad in board.a\n.*"baud"\?/,
  ],
  [
    'an unknown key in an inner table',
    board(`${whole}uboot.promt = "x"`),
    /^lab.toml:5:7: there is no key promt.*\n.*"prompt"/,
  ],
  [
    'a wrong type',
    board(`${whole}baud = "fast"`),
    /^lab.toml:5:1: board.a.baud is not valid\n.*from 1200.*\n.*"fast"/,
  ],
  ['a number out of range', board(`${whole}tries = 99`), /expected: a whole number from 1 to 10\n.*got: +99/],
  ['a broken number', board(`${whole}data_bits = 7.5`), /expected: a whole number from 7 to 8/],
  [
    'an unknown word',
    board(`${whole}upload.by = "tftpp"`),
    /expected: one of tftp, ymodem, fastboot, command\n.*\n.*"tftp"\?/,
  ],
  ['a word instead of a table', board(`${whole}upload.network = "static"`), /expected: one of dhcp/],
  ['a table that lacks a key', board(`${whole}upload.network = {}`), /upload.network has no ip\n/],
  ['a list of numbers', board(`${whole}uboot.setup = [1]`), /expected: a list of texts\n.*got: +a list/],
  [
    'an unknown board',
    '[board.qemu_virt_arch64]\nvirtual = true\n',
    /there is no board qemu_virt_arch64\n(.*\n)*.*"qemu_virt_aarch64"/,
  ],
  ['a board without a port', board('power.person = true'), /^lab.toml:1:8: board.a has no port\n/],
  [
    'a board without power',
    board('port = "/dev/ttyUSB0"'),
    /board.a cannot be switched on\n.*cycle, or on and off/,
  ],
  [
    'a power with only one of on and off',
    board('port = "x"\npower.on = "y"'),
    /^lab.toml:4:1: board.a cannot be switched on/,
  ],
  [
    'a virtual board with a port',
    board('virtual = true\nport = "x"'),
    /^lab.toml:4:1: a virtual board brings its own/,
  ],
  [
    'TFTP without a server',
    board(`${whole}upload.by = "tftp"`),
    /^lab.toml:5:8: an upload by TFTP needs a server/,
  ],
  [
    'a name that is not suitable for a folder',
    '[board."../x"]\nboard = "qemu_virt_aarch64"\nvirtual = true\n',
    /cannot be the name of a folder/,
  ],
  [
    'a virtual board of a kind that QEMU does not model as its virt machine',
    '[board.imx8mp_evk]\nvirtual = true\n',
    /^lab.toml:2:1: imx8mp_evk has no virtual board\n(.*\n)*.*vmm-harness run --board imx8mp_evk/,
  ],
  [
    'serial download on a board whose chip does not support it',
    `[board.odroidc4]\n${whole}uboot.uuu = "flash.bin"\n`,
    /^lab.toml:4:7: odroidc4 has no serial download mode for uuu\n.*imx8mm_evk/,
  ],
  [
    'two ways to load U-Boot',
    `[board.imx8mm_evk]\n${whole}uboot = { uuu = "flash.bin", load = "x" }\n`,
    /uuu and load both load U-Boot/,
  ],
  ['a command that is not given', board(`${whole}upload.by = "command"`), /board.a.upload has no command/],
];
for (const [what, toml, words] of bad) {
  test(`${what} is a usage error with its place`, async () => {
    const error = await refusal(() => readLab(toml, 'lab.toml'));
    assert.match(error.explain(), words);
    assert.is(error.exitCode, 2);
  });
}

test("U-Boot for serial download is relative to the lab file, and uuu's own script sends it", () => {
  const toml = `[board.imx8mm_evk]\n${whole}uboot.uuu = "it's flash.bin"\n`;
  const { load } = readLab(toml, '/desk/lab.toml').get('imx8mm_evk') ?? {};
  assert.is(load, "uuu -b spl '/desk/it'\\''s flash.bin'");
});

test('all mistakes are shown at once', async () => {
  const error = await refusal(() => readLab(board(`${whole}buad = 1\nparity = "odd?"`), 'lab.toml'));
  assert.is(
    error
      .explain()
      .split('\n')
      .filter((line) => line.startsWith('lab.toml:')).length,
    2,
  );
});

test('a missing lab file is an error that names an example', () =>
  inFolder({}, async (folder) => {
    const error = await refusal(loadLab(join(folder, 'none.toml')));
    assert.equal([error.exitCode, error.detail.wayOut], [2, 'docs/lab.md has an example']);
  }));

const twins =
  '[board.left]\nboard = "qemu_virt_aarch64"\nvirtual = true\n[board.right]\nboard = "qemu_virt_aarch64"\nvirtual = true\n';

test('a board is found by its own name, or by its kind if it is the only one of that kind', async () => {
  const lab = readLab(twins, 'lab.toml');
  assert.is(boardInLab(lab, 'right', 'lab.toml').name, 'right');
  assert.match(
    (await refusal(() => boardInLab(lab, 'qemu_virt_aarch64', 'f'))).explain(),
    /several.*\n.*left, right/,
  );
  assert.match((await refusal(() => boardInLab(lab, 'rihgt', 'f'))).explain(), /did you mean right\?/);
  const one = readLab(board('virtual = true'), 'lab.toml');
  assert.is(boardInLab(one, 'qemu_virt_aarch64', 'lab.toml').name, 'a');
});

test('the first hundred of 20,000 mistakes are shown, and all are counted', async () => {
  const many = Array.from({ length: 20_000 }, (_, index) => `bord${index} = 1`).join('\n');
  const error = await refusal(() =>
    readLab(`[board.a]\nboard = "odroidc4"\nport = "x"\n[board.a.power]\nperson = true\n${many}`, 'lab.toml'),
  );
  assert.is(error.explain().match(/lab\.toml:/g)?.length, 100);
  assert.match(error.explain(), /lab\.toml:105:1: [\s\S]*\n\.\.\. and 19,900 more$/);
});

function keys(fields: Fields): string[] {
  return Object.entries(fields).flatMap(([key, field]) => [
    key,
    ...('fields' in field ? keys(field.fields) : []),
  ]);
}

test('docs/lab.md names every key, and its lab files are valid', () => {
  const page = readFileSync(join(packageRoot, 'docs', 'lab.md'), 'utf8');
  const missing = keys(labFields).filter((key) => !new RegExp(`\\b${key}\\b`).test(page));
  assert.equal(missing, []);
  const examples = [...page.matchAll(/```toml\n([\s\S]*?)```/g)].map(([, toml = '']) => toml);
  assert.ok(examples.length > 0);
  for (const example of examples) readLab(example, 'docs/lab.md');
});

test('the defaults of a lab file are those in docs/lab.md, in milliseconds', () => {
  const one = readLab(board(whole), 'lab.toml').get('a');
  assert.is(one?.upload.silence, 25_000);
  assert.is(one?.upload.limit, 600_000);
  assert.equal([one?.power.pause, one?.power.limit, one?.power.wait], [2_000, 30_000, 60_000]);
  assert.equal([one?.uboot.limits.firstByte, one?.uboot.limits.autoboot], [15_000, 60_000]);
  assert.is(one?.uboot.limits.prompt, 5_000);
  assert.equal([one?.tries, one?.line.baud, one?.openNetwork], [3, 115_200, false]);
});

test("only a virtual board's network can be opened", async () => {
  assert.is(readLab(board('virtual = true\nopen_network = true'), 'lab.toml').get('a')?.openNetwork, true);
  const error = await refusal(() => readLab(board(`${whole}open_network = true`), 'lab.toml'));
  assert.match(error.explain(), /the harness can open only a virtual board's network/);
});

test("the schema's defaults fill absent keys, also in nested tables", () => {
  const fields = {
    plain: { kind: 'text', about: 'x' },
    number: { kind: 'number', least: 0, most: 9, otherwise: 3, about: 'x' },
    inner: { kind: 'table', about: 'x', fields: { on: { kind: 'switch', otherwise: true, about: 'x' } } },
    either: {
      kind: 'word or table',
      among: ['dhcp'],
      otherwise: 'dhcp',
      about: 'x',
      fields: { mask: { kind: 'text', otherwise: 'all', about: 'x' } },
    },
  } as const satisfies Fields;
  const empty = { plain: undefined, number: 3, inner: { on: true }, either: 'dhcp' };
  assert.equal(filled({}, fields), empty);
  const written = { plain: 'a', number: 0, inner: { on: false }, either: {} };
  assert.equal(filled(written, fields), { ...written, either: { mask: 'all' } });
});

run();
