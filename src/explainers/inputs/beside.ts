import path from 'node:path';
import { besideNames, type FurtherInput } from '../contracts/furtherInput.ts';
import { ExplainError } from '../errors.ts';
import { leadsOut } from '../files/reach.ts';
import { plainText } from '../files/text.ts';
import { own } from '../tables.ts';
import { BESIDE_LIMIT, type InputFile, readInputFile } from './inputFiles.ts';

/** The values of an image in a file next to it. */
export interface BesideFile {
  readonly file: InputFile;
  readonly fields: Readonly<Record<string, unknown>>;
}

/**
 * `NAME.inputs.json` next to `NAME.png`, or `NAME.png.inputs.json`; undefined: there is none.
 * @param ending of the file's name
 * @param within folders that it must stay within
 * @throws ExplainError `image`
 */
export async function readBeside(
  image: string,
  ending: string,
  within: readonly string[],
): Promise<BesideFile | undefined> {
  for (const name of besideNames(image, ending)) {
    if (leadsOut(name, [path.dirname(image), ...within])) continue;
    const file = await readInputFile(name, BESIDE_LIMIT);
    if (file) return { file, fields: fieldsOf(file) };
  }
  return undefined;
}

function fieldsOf({ path: file, bytes }: InputFile): BesideFile['fields'] {
  try {
    const json: unknown = JSON.parse(plainText(bytes));
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as BesideFile['fields'];
  } catch {
    // The same error as for other JSON.
  }
  throw new ExplainError({
    kind: 'image',
    message: `'${path.basename(file)}' is not a JSON object with the image's values.`,
    subject: file,
    next: 'Write { "NAME": VALUE } for each further input of the model, or remove the file.',
  });
}

/** The value of an input there as text: under its column's name, or its own; undefined: there is none. */
export function besideText({ fields }: BesideFile, { name, columns }: FurtherInput): string | undefined {
  const several = columns.length > 1 ? columns.map((column) => textOf(own(fields, column))) : [];
  if (several.length > 0 && several.every((text) => text !== undefined)) return several.join(', ');
  return textOf(own(fields, columns.length === 1 ? columns[0]! : name)) ?? textOf(own(fields, name));
}

function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
