import type { ErrorReport } from '../errors.ts';

/** A further input of a model besides the image, as its card declares it. */
export interface FurtherInput {
  /** Its name in the model file. */
  readonly name: string;
  /** The input of the graphs that takes its value; another than `name` if the file takes half or double precision. */
  readonly feed: string;
  readonly kind: 'number' | 'category' | 'tokens' | 'constant';
  /** Element type and shape of its value for one image, in the graphs. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** A category's values, by their names. */
  readonly choices?: Readonly<Record<string, readonly number[]>>;
  /** How a text becomes tokens, with the file's absolute path. */
  readonly tokens?: { readonly by: 'tokenizer' | 'vocabulary'; readonly file: string };
  /** Where each image's value is looked up; absent: only in the file next to the image. */
  readonly from?: InputSource;
  /** The fields of a file next to the image, and the columns of a table: one, or one per element. */
  readonly columns: readonly string[];
  /** The value of images without one, as text. */
  readonly default?: string;
  /** The neutral value, with which an explanation of the inputs themselves compares, as text. */
  readonly baseline?: string;
  /** A constant's elements. */
  readonly value?: readonly number[];
}

/** A table with a row per image, or a JSON file next to each image; the name of the latter has a given end. */
export type InputSource = { readonly table: string; readonly key: string | null } | { readonly beside: string };

/** The end of the name of the file with an image's values, if the card says nothing else. */
const BESIDE = '.inputs.json';

/** The end of the name of the file next to an image in which an input is looked up. */
export const besideEnding = ({ from }: FurtherInput): string => (from && 'beside' in from ? from.beside : BESIDE);

/** The names under which a file next to an image is looked for: `photo.inputs.json`, `photo.png.inputs.json`. */
export function besideNames(image: string, ending: string): readonly string[] {
  const stem = image.replace(/(?<=[^/\\])\.[^./\\]*$/, '');
  return [`${stem}${ending}`, `${image}${ending}`];
}

/** Who gave a value: the user, a file next to the image, the card's table, or the card's default. */
export type InputOrigin = 'given' | 'beside' | 'table' | 'default';

/** The value of a further input for one image. */
export interface InputValue {
  readonly name: string;
  /** Null: there is none, see `problem`. */
  readonly text: string | null;
  readonly origin: InputOrigin | null;
  /** Where it is from, in words: 'metadata.csv, line 3, column age'. */
  readonly source: string;
  /** The table or the file next to the image. */
  readonly file?: string;
  readonly sha256?: string;
  /** What people must know: that a text was cut. */
  readonly note?: string;
}

/** A further input as a form shows it. */
export interface InputField extends InputValue {
  readonly kind: Exclude<FurtherInput['kind'], 'constant'>;
  /** The names of a category's values. */
  readonly choices?: readonly string[];
  /** The value without the user's, to go back to; absent: there is none. */
  readonly own?: Pick<InputValue, 'text' | 'source'>;
  /** Why the value cannot be used, or why there is none. */
  readonly problem?: ErrorReport;
}

/** Values that the user gives, as text by the names of the inputs. */
export type GivenInputs = Readonly<Record<string, string>>;
