// SPDX-License-Identifier: BSD-2-Clause
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import type { Schema } from '../../../../harness/base/json.js';
import { wireVirtualInterrupts } from '../../../../harness/machine/qemu/wiring.js';
import { run, test } from '../../../support/test.js';

/** QEMU's side. `there` are the lines that the machine has connected by itself. */
function fakeQmp(cpus: number, there: Readonly<Record<string, string>> = {}) {
  const set: string[] = [];
  const execute = async (command: string, { path, property, value }: Record<string, unknown> = {}) => {
    if (command === 'query-cpus-fast') return Array.from({ length: cpus }, () => ({}));
    if (command === 'qom-get') return there[`${path} ${property}`] ?? '';
    set.push(`${command} ${path} ${property} ${value}`);
    return {};
  };
  const ask = async <T>(schema: Schema<T>, command: string, values?: Record<string, unknown>) =>
    v.parse(schema, await execute(command, values));
  return { qmp: { execute, ask }, set };
}

test("with one CPU the third and fourth of the GIC's outputs are its VIRQ and VFIQ", async () => {
  const { qmp, set } = fakeQmp(1);
  const wires = await wireVirtualInterrupts('imx8mp-evk', qmp);
  assert.equal(set, [
    'qom-set /machine/soc/gic sysbus-irq[2] /machine/soc/cpu0/unnamed-gpio-in[2]',
    'qom-set /machine/soc/gic sysbus-irq[3] /machine/soc/cpu0/unnamed-gpio-in[3]',
  ]);
  assert.is(wires.length, 2);
});

test('with two CPUs each gets its own', async () => {
  const { qmp, set } = fakeQmp(2);
  await wireVirtualInterrupts('imx8mp-evk', qmp);
  assert.equal(
    set.map((one) => one.replace(/.*sysbus-irq/, '').replace('/machine/soc/', '')),
    [
      '[4] cpu0/unnamed-gpio-in[2]',
      '[5] cpu1/unnamed-gpio-in[2]',
      '[6] cpu0/unnamed-gpio-in[3]',
      '[7] cpu1/unnamed-gpio-in[3]',
    ],
  );
});

test('a QEMU that has connected them is left alone', async () => {
  const { qmp, set } = fakeQmp(1, {
    '/machine/soc/gic sysbus-irq[2]': '/machine/soc/cpu[0]/unnamed-gpio-in[2]',
    '/machine/soc/gic sysbus-irq[3]': '/machine/soc/cpu[0]/unnamed-gpio-in[3]',
  });
  assert.equal(await wireVirtualInterrupts('imx8mp-evk', qmp), []);
  assert.equal(set, []);
});

test('other machines are not even queried', async () => {
  const never = () => assert.unreachable('QMP was used') as never;
  const qmp = { execute: never, ask: never };
  assert.equal(await wireVirtualInterrupts('virt,virtualization=on,gic-version=2', qmp), []);
});

run();
