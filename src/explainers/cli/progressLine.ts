import type { Progress } from '../results.ts';
import type { Terminal } from './verb.ts';

/** One line on a terminal's stderr that is rewritten while a run goes on; silent where stderr is not a terminal. */
export class ProgressLine {
  readonly #terminal: Terminal;
  #shown = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  show(image: string, at: number, of: number, progress?: Progress): void {
    if (!this.#terminal.interactive) return;
    const share = progress?.fraction == null ? '' : ` ${Math.round(progress.fraction * 100)} %`;
    const text = `[${at}/${of}] ${image}${progress ? `: ${progress.message}${share}` : ''}`;
    this.#terminal.stderr(`\r\u001b[K${text.length > 100 ? `${text.slice(0, 99)}…` : text}`);
    this.#shown = true;
  }

  /** Takes the line away, before anything else is written to stderr. */
  clear(): void {
    if (this.#shown) this.#terminal.stderr('\r\u001b[K');
    this.#shown = false;
  }
}
