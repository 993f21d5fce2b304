// SPDX-License-Identifier: BSD-2-Clause
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../../harness/base/paths.js';
import { largeSystem } from '../../../harness/dev/bench/large-system.js';
import { readChecked } from '../../../harness/system/check.js';
import { makeAxis, place } from '../../../harness/system/draw/axis.js';
import { drawSystem } from '../../../harness/system/draw/draw.js';
import { element, fit, textWidth } from '../../../harness/system/draw/svg.js';
import { System } from '../../../harness/system/index.js';
import { Source } from '../../../harness/system/source.js';
import { parseXml } from '../../../harness/system/xml.js';
import { run, test } from '../../support/test.js';

const pictures = join(packageRoot, 'docs', 'pictures');

for (const name of ['linux', 'server', 'sixty']) {
  test(`the picture of ${name}.system in docs is what draw produces today`, async () => {
    const file = `${name}.system`;
    const { system } = readChecked(new Source(file, readFileSync(join(pictures, file), 'utf8')));
    assert.is(await drawSystem(system, file), readFileSync(join(pictures, `${name}.svg`), 'utf8'));
  });
}

test("a picture of sixty protection domains has no empty half: parts and rows fill the sheet's width", async () => {
  const file = 'sixty.system';
  const { system } = readChecked(new Source(file, readFileSync(join(pictures, file), 'utf8')));
  const svg = await drawSystem(system, file);
  const [, width = 0, height = 0] = (/width="(\d+)" height="(\d+)"/.exec(svg) ?? []).map(Number);
  assert.ok(width * height < 2037 * 2617 * 0.65, `${width} x ${height}`);
  assert.ok(width / height > 0.7 && width / height < 2, `${width} x ${height}`);
});

interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The boxes of one class, as a reader of the SVG finds them. */
function boxesOf(svg: string, style: string): Rectangle[] {
  return [...svg.matchAll(/<rect ([^>]*)\/>/g)]
    .map(([, text = '']) =>
      Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, k, v]) => [k, v])),
    )
    .filter((attributes) => attributes.class === style)
    .map(({ x, y, width, height }) => ({
      x: Number(x),
      y: Number(y),
      width: Number(width),
      height: Number(height),
    }));
}

const svgOf = async (system: System) => drawSystem(system, 'x');

test('every protection domain, virtual machine and interrupt has its box, and no two boxes overlap', async () => {
  const system = new System();
  const ram = system.memoryRegion({ name: 'ram', size: 0x1000 });
  const domains = Array.from({ length: 12 }, (_, index) =>
    system
      .protectionDomain({ name: `d${index}`, priority: index, programImage: 'x.elf' })
      .map(ram, { vaddr: 0x100_0000 }),
  );
  for (const [index, domain] of domains.entries()) {
    const next = domains[(index * 5 + 1) % domains.length];
    if (next !== undefined && next !== domain)
      system.channel({ pd: domain, id: index }, { pd: next, id: index + 20 });
  }
  const boxes = boxesOf(await svgOf(system), 'domain');
  assert.is(boxes.length, 12);
  for (const [i, a] of boxes.entries())
    for (const b of boxes.slice(i + 1))
      assert.ok(
        a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y,
      );
});

test('a child is drawn inside its parent, a virtual machine inside its VMM', async () => {
  const system = new System();
  const parent = system.protectionDomain({ name: 'parent', programImage: 'p.elf' });
  parent.child({ name: 'child', id: 0, programImage: 'c.elf' });
  parent.virtualMachine({ name: 'linux' }).vcpu({ id: 1 });
  const svg = await svgOf(system);
  const [outer, inner] = boxesOf(svg, 'domain');
  const [guest] = boxesOf(svg, 'guest');
  for (const box of [inner, guest]) {
    assert.ok(outer && box && box.x > outer.x && box.x + box.width < outer.x + outer.width);
    assert.ok(outer && box && box.y > outer.y && box.y + box.height < outer.y + outer.height);
  }
});

test('a picture is well-formed whatever names contain, and no part of a name becomes markup', async () => {
  const system = new System();
  system.protectionDomain({ name: '</text><script>&"\'', programImage: '<x>' });
  const svg = await svgOf(system);
  parseXml(new Source('x.svg', svg.replace(/>[^<>]+</g, '><')));
  assert.not.match(svg, /<script/);
});

test('a system of 60 protection domains is not a ribbon', async () => {
  const svg = await svgOf(largeSystem(6, 8, 240));
  const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
  assert.ok(Number(height) < 2 * Number(width), `${width} x ${height}`);
});

test('light and dark have the same rules', async () => {
  const svg = await svgOf(new System());
  const [, light = '', dark = ''] =
    /<style>([\s\S]*?)@media\(prefers-color-scheme:dark\)\{([\s\S]*?)\}<\/style>/.exec(svg) ?? [];
  for (const [rule] of dark.matchAll(/[.\w-]+(?=\{)/g)) assert.ok(light.includes(`${rule}{`), rule);
});

const page = 0x1000;
const anyRange = fc
  .tuple(fc.nat(0x10_0000), fc.integer({ min: 1, max: 0x1000 }))
  .map(([start, pages]) => ({ base: start * page, end: (start + pages) * page }));

test('every range is on the axis, within its ends and in order', () => {
  fc.assert(
    fc.property(fc.array(anyRange, { minLength: 1, maxLength: 40 }), (ranges) => {
      const axis = makeAxis(ranges, 1000);
      const placed = [...ranges].sort((a, b) => a.base - b.base).map((range) => place(axis, range, 0));
      for (const [index, at] of placed.entries()) {
        if (at === undefined) throw new Error('a range has no place');
        assert.ok(at.x >= 0 && at.x + at.width <= axis.width + 1e-6);
        const before = placed[index - 1];
        assert.ok(before === undefined || at.x >= before.x - 1e-6);
      }
      for (const [index, stretch] of axis.stretches.entries()) {
        const next = axis.stretches[index + 1];
        assert.ok(next === undefined || stretch.x + stretch.width < next.x);
      }
    }),
  );
});

test('within a stretch, lengths are to scale', () => {
  const axis = makeAxis(
    [
      { base: 0, end: 0x4000 },
      { base: 0x4000, end: 0x1_0000 },
    ],
    1000,
  );
  const widths = [0x4000, 0xc000].map(
    (size, index) => place(axis, { base: index * 0x4000, end: index * 0x4000 + size }, 0)?.width ?? 0,
  );
  assert.is(axis.stretches.length, 1);
  assert.ok(Math.abs((widths[1] ?? 0) / (widths[0] ?? 1) - 3) < 1e-6);
});

test('a text that does not fit is cut with an ellipsis, or left out if nothing legible would remain', () => {
  assert.is(fit('guest_ram', 10, 1000), 'guest_ram');
  assert.is(fit('guest_ram', 10, textWidth('guest_', 10)), 'guest…');
  assert.is(fit('guest_ram', 10, 20), '');
});

test('an element without content is self-closing, and an undefined value gives no attribute', () => {
  assert.is(element('a', { b: 1.26, c: undefined, d: '<' }), '<a b="1.3" d="&lt;"/>');
});

run();
