import type { Progress } from '../../contracts/results.ts';
import { written } from '../../unseen.ts';
import { cutTo } from '../pages/textTable.ts';
import type { Door } from '../verb.ts';

/** One line on a terminal's stderr that is rewritten during a run; silent if stderr is not a terminal. */
export class ProgressLine {
  readonly #terminal: Door;
  #shown = false;

  constructor(terminal: Door) {
    this.#terminal = terminal;
  }

  show(image: string, at: number, of: number, progress?: Progress): void {
    const share = progress?.fraction == null ? '' : ` ${percent(progress.fraction)}`;
    this.#write(`[${at}/${of}] ${image}${progress ? `: ${progress.message}${share}` : ''}`);
  }

  /** For a run that is one request over many images. */
  report(message: string, fraction: number | null): void {
    this.#write(`${message}${fraction === null ? '' : ` ${percent(fraction)}`}`);
  }

  #write(text: string): void {
    if (!this.#terminal.interactive) return;
    this.#terminal.progress(cutTo(written(text), Math.min(100, (this.#terminal.screen?.columns ?? 101) - 1)));
    this.#shown = true;
  }

  /** Removes the line before anything else is written to stderr. */
  clear(): void {
    if (this.#shown) this.#terminal.progress(null);
    this.#shown = false;
  }
}

function percent(fraction: number): string {
  return `${Math.round(fraction * 100)} %`;
}
