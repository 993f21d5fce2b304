// SPDX-License-Identifier: BSD-2-Clause
/** Colours and fonts of a picture, light and dark. The viewer decides which theme applies. */

/** Fill and stroke of memory regions. They differ by hue, which is the same in both themes. */
const hues = [210, 35, 145, 275, 350, 90, 185, 315, 55, 240];
export const regionColours = hues.length;

/** For each class its CSS in the light theme and in the dark theme. */
const rules: Record<string, [light: string, dark: string]> = {
  '.page': ['fill:#ffffff', 'fill:#15181c'],
  text: ['fill:#1c2128', 'fill:#e3e7ec'],
  '.faint': ['fill:#5d6875', 'fill:#98a3b0'],
  '.domain': ['fill:#f4f6f9;stroke:#4b5868', 'fill:#20262d;stroke:#8d9bab'],
  '.guest': ['fill:#fdf3e1;stroke:#a8721b', 'fill:#33291a;stroke:#d3a04d'],
  '.irq': ['fill:#fbe6e6;stroke:#b03a3a', 'fill:#3a2123;stroke:#e07f7f'],
  '.band': ['fill:#f4f6f9', 'fill:#1c2127'],
  '.rule': ['stroke:#c9d1da', 'stroke:#39424c'],
  '.notify': ['stroke:#4b5868', 'stroke:#9fabb8'],
  '.call': ['stroke:#1a5fb4', 'stroke:#78aeed'],
  '.wire': ['stroke:#b03a3a', 'stroke:#e07f7f'],
  '.share': ['stroke:#8a94a0', 'stroke:#6f7b88'],
  '.notify-head': ['fill:#4b5868', 'fill:#9fabb8'],
  '.call-head': ['fill:#1a5fb4', 'fill:#78aeed'],
  '.wire-head': ['fill:#b03a3a', 'fill:#e07f7f'],
  ...Object.fromEntries(
    hues.map((hue, index) => [
      `.r${index}`,
      [
        `fill:hsl(${hue},65%,85%);stroke:hsl(${hue},55%,38%)`,
        `fill:hsl(${hue},38%,27%);stroke:hsl(${hue},50%,62%)`,
      ],
    ]),
  ),
};

const fixed = [
  'text{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;stroke:none}',
  '.bold{font-weight:700}',
  'path{fill:none}',
  '.call{stroke-width:2}',
  '.share{stroke-dasharray:3 3}',
  '.device{stroke-dasharray:4 2}',
];

const css = (theme: 0 | 1) => Object.entries(rules).map(([selector, both]) => `${selector}{${both[theme]}}`);

/** The style sheet of a picture. */
export const styleSheet = [...fixed, ...css(0), `@media(prefers-color-scheme:dark){${css(1).join('')}}`].join(
  '\n',
);

/** Arrow heads for the kinds of connection. */
export const arrowHeads = ['notify', 'call', 'wire']
  .map(
    (name) =>
      `<marker id="${name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" ` +
      `markerUnits="userSpaceOnUse" orient="auto-start-reverse"><polygon class="${name}-head" points="0,0.5 8,4 0,7.5"/></marker>`,
  )
  .join('');
