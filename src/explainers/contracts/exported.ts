import type { AnyParameters } from './parameters.ts';

/** A model and explainers to be written as one ONNX file. */
export interface ExportRequest {
  readonly model: string;
  readonly methods: readonly { readonly id: string; readonly parameters?: AnyParameters }[];
  /** The classes to name in the file and to check it with; in each run, its input `seed` chooses the class. */
  readonly classes: readonly number[];
  /** Of all randomness, such as RISE's masks, which are constants of the file. Default 0. */
  readonly seed?: number;
  /** The absolute path of the file; one that exists is replaced. */
  readonly out: string;
}

/** What was written. */
export interface ExportedFile {
  readonly file: string;
  readonly bytes: number;
  readonly inputs: readonly ExportedValue[];
  readonly outputs: readonly ExportedValue[];
  readonly maps: readonly ExportedMap[];
  /** What people must know about it. */
  readonly notes: readonly string[];
}

/** K is the number of classes in a run. */
export interface ExportedValue {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

export interface ExportedMap {
  /** Its output's name too. */
  readonly method: string;
  readonly parameters: AnyParameters;
  readonly signed: boolean;
  /** The largest difference from our own map of a test image, as a share of that map's largest value. */
  readonly difference: number;
}
