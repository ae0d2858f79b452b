/** A table to be read: a CSV file or a Parquet file, of which only some columns are wanted. */
export interface TableRequest {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** The columns wanted, by their names; the first one of the table comes too. */
  readonly columns: readonly string[];
}

/** Columns of a table as text; null: the cell is empty. */
export interface TableAnswer {
  /** All names of the file, in its order. */
  readonly header: readonly string[];
  /** As far as they exist. */
  readonly columns: Readonly<Record<string, readonly (string | null)[]>>;
  /** The line of each row in the file; absent: rows have no lines. */
  readonly lines?: readonly number[];
}

/** A table of predictions: a column with the image's name, and columns of numbers. */
export interface ScoresRequest {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface ScoresAnswer {
  /** The column with the image's name. */
  readonly key: string;
  /** Those of numbers, in the order of the file. */
  readonly columns: readonly string[];
  /** The image of each row. */
  readonly names: readonly string[];
  /** Row after row; NaN: a cell without a number. */
  readonly values: Float32Array;
  /** The line of each row in the file; absent: rows have no lines. */
  readonly lines?: readonly number[];
}

/** A text to be split by a tokenizer of Hugging Face. */
export interface TokensRequest {
  /** Another tokenizer has another one. */
  readonly key: string;
  readonly tokenizer: string;
  /** The text of tokenizer_config.json, if there is one. */
  readonly config: string | null;
  readonly text: string;
}

export interface TokensAnswer {
  readonly ids: readonly number[];
  /** How each of them is written. */
  readonly tokens: readonly string[];
  /** Without the special tokens. */
  readonly plain: readonly number[];
  readonly pad: number | null;
}
