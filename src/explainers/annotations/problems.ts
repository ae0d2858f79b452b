import { ExplainError, errorReport } from '../errors.ts';
import { errorText } from '../errorText.ts';

/** How many problems a file lists before it only counts them. */
const LISTED = 50;

/** What a parser had to skip, in the file's order; the list stays readable for a broken file of a million lines. */
export class Problems {
  readonly #listed: string[] = [];
  #count = 0;

  /** `where` is a line number or a key. */
  add(where: number | string | null, what: string): void {
    this.#count++;
    if (this.full) return;
    const place = where === null ? '' : typeof where === 'number' ? `line ${where}: ` : `${where}: `;
    this.#listed.push(errorText(place + what));
  }

  /** Further problems are only counted. */
  get full(): boolean {
    return this.#listed.length >= LISTED;
  }

  list(): readonly string[] {
    const more = this.#count - this.#listed.length;
    return more > 0 ? [...this.#listed, `and ${more} more problems like these`] : this.#listed;
  }
}

/** The error for a file that claims a format but cannot be read as one. `where` is a line number or a key. */
export function annotationError(
  path: string,
  where: number | string | null,
  message: string,
  next: string,
): ExplainError {
  const subject = where === null ? path : `${path}:${where}`;
  return new ExplainError({ kind: 'annotation', message, subject, next });
}

/** Untrusted text, short and on one line, in quotes. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters of a hostile file must not reach a terminal
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
  return `"${plain.length > 60 ? `${plain.slice(0, 57)}...` : plain}"`;
}

/** The error of an unreadable file, as a problem; throws errors that are not the file's fault. */
export function problemOf(error: unknown, path: string): string {
  const { kind, message, subject, next } = errorReport(error);
  if (kind === 'internal' || kind === 'cancelled') throw error;
  return errorText([`${subject ?? path}: ${message}`, next].filter(Boolean).join(' '));
}
