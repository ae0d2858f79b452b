import path from 'node:path';
import type { FurtherInput } from '../contracts/furtherInput.ts';
import { ExplainError } from '../errors.ts';
import { didYouMean } from '../suggest.ts';
import { own } from '../tables.ts';
import { readInputFile } from './inputFiles.ts';
import { type RowsByImage, rowsByImage } from './table.ts';
import { readTable } from './thread/inputsThread.ts';
import type { TableAnswer } from './thread/tasks.ts';

/** What a table says of one image's input: the text, or why there is none. */
export type Cell =
  | { readonly text: string; readonly source: string; readonly file: string; readonly sha256: string }
  | { readonly text?: undefined; readonly why: string };

/** A table with a row per image. */
export class InputTable {
  readonly #file: string;
  readonly #sha256: string;
  readonly #answer: TableAnswer;
  /** By the key column that an input names. */
  readonly #rows = new Map<string | null, RowsByImage | undefined>();
  readonly #problem: ExplainError | undefined;

  private constructor(file: string, sha256: string, answer: TableAnswer, problem?: ExplainError) {
    this.#file = file;
    this.#sha256 = sha256;
    this.#answer = answer;
    this.#problem = problem;
  }

  /** Reads the columns of the inputs. A table that cannot be read says so when it is asked. */
  static async open(file: string, inputs: readonly FurtherInput[]): Promise<InputTable> {
    const nothing = { header: [], columns: {} };
    try {
      const found = await readInputFile(file);
      if (!found) throw gone(file);
      const keys = inputs.flatMap(({ from }) => (from && 'table' in from && from.key !== null ? [from.key] : []));
      const columns = [...new Set([...keys, ...inputs.flatMap((input) => input.columns)])];
      return new InputTable(file, found.sha256, await readTable({ path: file, bytes: found.bytes, columns }));
    } catch (thrown) {
      if (!(thrown instanceof ExplainError)) throw thrown;
      return new InputTable(file, '', nothing, thrown);
    }
  }

  /** @throws ExplainError `card` for a table or column that does not exist, `image` for several different values */
  cellOf(image: string, input: FurtherInput): Cell {
    if (this.#problem) throw this.#problem;
    const name = path.basename(this.#file);
    const key = input.from && 'table' in input.from ? input.from.key : null;
    if (!this.#rows.has(key)) this.#rows.set(key, rowsByImage(this.#answer, key));
    const rows = this.#rows.get(key);
    if (!rows) throw this.#noColumn(key ?? 'the image’s name', 'key');
    const columns = input.columns.map((column) => {
      const cells = own(this.#answer.columns, column);
      if (!cells) throw this.#noColumn(column, 'column');
      return { column, cells };
    });
    const found = rows.rowsOf(image);
    const [first] = found;
    if (first === undefined) {
      return { why: `the column '${rows.key}' of ${name} has no row for this image` };
    }
    const textAt = (row: number) => columns.map(({ cells }) => cells[row] ?? null);
    const other = found.find((row) => textAt(row).some((text, i) => text !== textAt(first)[i]));
    if (other !== undefined) throw this.#twice(image, input, first, other);
    const texts = textAt(first);
    const empty = texts.findIndex((text) => text === null || (input.kind === 'number' && EMPTY.test(text)));
    if (empty >= 0) return { why: `the cell '${columns[empty]!.column}' of ${this.#place(first)} is empty` };
    const named = input.columns.length === 1 ? `column ${input.columns[0]}` : `${input.columns.length} columns`;
    return {
      text: texts.join(', '),
      source: `${this.#place(first)}, ${named}`,
      file: this.#file,
      sha256: this.#sha256,
    };
  }

  /** The values of an input in all rows that have one, as text. @throws ExplainError `card` */
  textsOf(input: FurtherInput): readonly string[] {
    if (this.#problem) throw this.#problem;
    const columns = input.columns.map((column) => {
      const cells = own(this.#answer.columns, column);
      if (!cells) throw this.#noColumn(column, 'column');
      return cells;
    });
    return (columns[0] ?? []).flatMap((_, row) => {
      const texts = columns.map((cells) => cells[row] ?? null);
      const empty = texts.some((text) => text === null || (input.kind === 'number' && EMPTY.test(text)));
      return empty ? [] : [texts.join(', ')];
    });
  }

  #place(row: number): string {
    const line = this.#answer.lines?.[row];
    return `${path.basename(this.#file)}, ${line === undefined ? `row ${row + 1}` : `line ${line}`}`;
  }

  #noColumn(column: string, what: 'key' | 'column'): ExplainError {
    const { header } = this.#answer;
    return new ExplainError({
      kind: 'card',
      message: `The table '${path.basename(this.#file)}' has no column '${column}'.${didYouMean(column, header)}`,
      subject: this.#file,
      next: `Correct "${what}" in the card’s "inputs". Its columns are: ${header.slice(0, 20).join(', ')}.`,
    });
  }

  #twice(image: string, { name }: FurtherInput, first: number, other: number): ExplainError {
    return new ExplainError({
      kind: 'image',
      message: `The value of the input '${name}' for ${path.basename(image)} is ambiguous: ${this.#place(first)} and ${this.#place(other)} differ.`,
      subject: image,
      next: 'Keep one row per image, or give the value with --input or in the panel.',
    });
  }
}

/** How programs write a missing number. */
const EMPTY = /^(?:nan|na|n\/a|null|none|-)$/i;

const gone = (file: string) =>
  new ExplainError({
    kind: 'card',
    message: `The table '${path.basename(file)}' does not exist.`,
    subject: file,
    next: 'Correct "from" in the card’s "inputs" (it is relative to the card), or give the values.',
  });
