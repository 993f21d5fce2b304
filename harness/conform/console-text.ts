// SPDX-License-Identifier: BSD-2-Clause
/** What is printed on a target's line besides the link's frames: the last of it, and whether somebody is dead. */
import { deadMarkers } from '../machine/markers.js';

/** Characters that are kept for a report. */
const kept = 4_000;

export class ConsoleText {
  #text = '';
  /** Place behind the last line that was looked at. */
  #looked = 0;
  #dead: 'vmm' | 'target' | undefined;

  add(bytes: Uint8Array): void {
    const text = this.#text + Buffer.from(bytes).toString('latin1');
    // A line tells only when it is whole.
    const lines = text.slice(this.#looked).split('\n').slice(0, -1);
    for (const line of lines) this.#dead ??= whoIsDead(line);
    this.#looked = text.lastIndexOf('\n') + 1;
    const dropped = Math.max(0, text.length - kept);
    this.#looked = Math.max(0, this.#looked - dropped);
    this.#text = text.slice(dropped);
  }

  /** `vmm`: a protection domain; `target`: the kernel below it. Nothing when nobody said so. */
  dead(): 'vmm' | 'target' | undefined {
    return this.#dead;
  }

  words(): string {
    return this.#text.trim();
  }
}

function whoIsDead(text: string): 'vmm' | 'target' | undefined {
  const marker = deadMarkers.find(({ line }) => line.test(text));
  if (marker === undefined) return undefined;
  if (marker.who === 'Microkit monitor') return 'vmm';
  if (marker.who === 'minikit' && /protection domain/.test(text)) return 'vmm';
  return ['VMM', 'guest'].includes(marker.who) ? undefined : 'target';
}
