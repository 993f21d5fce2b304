// SPDX-License-Identifier: BSD-2-Clause
/** Shows progress: on a terminal as a last line that changes, elsewhere as one line for each step. */

import type { Progress, ProgressEvent } from '../base/progress.js';
import { seconds } from '../base/text.js';
import { visible } from '../base/visible.js';

export interface Screen {
  write(text: string): void;
  /** Whether lines can be redrawn. */
  live: boolean;
  /** Columns of a live screen. */
  columns: number;
}

/** Milliseconds between redraws of the last line. */
const redraw = 250;
/** A step that took less than this many milliseconds is shown without its time. */
const worthShowing = 100;

export class ProgressView {
  #running = '';
  #begin = 0;
  #part = '';
  #timer: NodeJS.Timeout | undefined;

  readonly #screen: Screen;
  readonly #now: () => number;

  constructor(screen: Screen, now: () => number = () => performance.now()) {
    this.#screen = screen;
    this.#now = now;
  }

  readonly show: Progress = (event) => this.#take(event);

  /** Erases the progress line before anything else is printed. */
  clear(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#running !== '' && this.#screen.live) this.#screen.write('\r\x1b[K');
  }

  #take(event: ProgressEvent): void {
    if (event.kind === 'start') this.#start(visible(event.step));
    else if (event.kind === 'part') this.#progressed({ ...event, step: visible(event.step) });
    else if (event.kind === 'done') this.#done(visible(event.step), event.note && visible(event.note));
    else this.#line(visible(event.text));
  }

  #start(step: string): void {
    // A step within a step keeps the outer one's time.
    if (this.#running === '') this.#begin = this.#now();
    this.#running = step;
    this.#part = '';
    this.#draw();
    if (!this.#screen.live || this.#timer) return;
    this.#timer = setInterval(() => this.#draw(), redraw);
    this.#timer.unref();
  }

  #progressed({ step, done, total, unit }: ProgressEvent & { kind: 'part' }): void {
    if (this.#running !== step) this.#start(step);
    const part = unit === '%' ? `${done} %` : `${done} of ${total} ${unit}`;
    if (part === this.#part) return;
    this.#part = part;
    this.#draw();
  }

  #done(step: string, note: string | undefined): void {
    const ms = this.#now() - this.#begin;
    this.clear();
    this.#running = '';
    const time = ms >= worthShowing ? ` (${seconds(ms)})` : '';
    this.#screen.write(`  ${step}${note === undefined ? '' : `: ${note}`}${time}\n`);
  }

  #line(text: string): void {
    this.clear();
    this.#screen.write(`${text}\n`);
    if (this.#running !== '') this.#draw();
  }

  #draw(): void {
    if (!this.#screen.live) return;
    const words = [this.#running, this.#part, seconds(this.#now() - this.#begin)].filter((one) => one !== '');
    this.#screen.write(`\r\x1b[K  ${words.join(' ... ').slice(0, this.#screen.columns - 3)}`);
  }
}
