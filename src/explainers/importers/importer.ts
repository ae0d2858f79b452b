import type { Graph } from '../graph/graph.ts';

/** Called with each file before it is opened, even if it does not exist. */
export type Opening = (file: string) => void;

/** A model file format. Declared in its own folder and listed in importers.ts. */
export interface Importer {
  readonly id: string;
  readonly title: string;
  /** Lower case, with the dot: '.onnx'. */
  readonly extensions: readonly string[];
  /** True if the file's first bytes (up to {@link SNIFF_BYTES}) look like this format. */
  sniff(head: Uint8Array): boolean;
  /** No file of another kind begins so. */
  readonly certain: boolean;
  /**
   * Reads and verifies a model file.
   * @throws ExplainError `model` for a broken file, `unsupported` for a valid one that we cannot represent
   */
  read(path: string, opening?: Opening): Promise<Graph>;
}

/** How much of a file {@link Importer.sniff} can see. */
export const SNIFF_BYTES = 512;
