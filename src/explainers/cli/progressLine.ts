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
    const share = progress?.fraction == null ? '' : ` ${percent(progress.fraction)}`;
    this.#write(`[${at}/${of}] ${image}${progress ? `: ${progress.message}${share}` : ''}`);
  }

  /** Of a run that is one request over many images. */
  report(message: string, fraction: number | null): void {
    this.#write(`${message}${fraction === null ? '' : ` ${percent(fraction)}`}`);
  }

  #write(text: string): void {
    if (!this.#terminal.interactive) return;
    this.#terminal.stderr(`\r\u001b[K${text.length > 100 ? `${text.slice(0, 99)}…` : text}`);
    this.#shown = true;
  }

  /** Takes the line away, before anything else is written to stderr. */
  clear(): void {
    if (this.#shown) this.#terminal.stderr('\r\u001b[K');
    this.#shown = false;
  }
}

function percent(fraction: number): string {
  return `${Math.round(fraction * 100)} %`;
}
