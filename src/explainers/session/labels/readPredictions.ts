import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { ExplainError } from '../../errors.ts';
import { isLfsPointer, LFS_POINTER, LFS_PULL } from '../../files/lfsPointer.ts';
import { readWholeFile } from '../../files/plainFile.ts';
import { sha256OfBytes } from '../../files/sha256.ts';
import { plainText } from '../../files/text.ts';
import { whyUnread } from '../../files/whyUnread.ts';
import { readScores } from '../../inputs/thread/inputsThread.ts';
import type { PredictionTable } from '../../labelCheck/predictions/predictions.ts';
import { isNpy, readNpy } from '../../tensor/npy.ts';

const LIMIT = 2 ** 30;
const LIST_LIMIT = 2 ** 28;

export interface ReadPredictions {
  readonly table: PredictionTable;
  readonly sha256: string;
}

/**
 * Predictions from a CSV or Parquet table, or from a .npy file of a row per image with lists of names next to it.
 * @param labels the classes of a .npy file without a list of them; null: it needs a list
 * @throws ExplainError `usage`
 */
export async function readPredictions(file: string, labels: readonly string[] | null): Promise<ReadPredictions> {
  const bytes = await bytesOf(file, LIMIT);
  const hash = sha256OfBytes(bytes);
  if (isNpy(bytes)) return { table: await npyTable(file, bytes, labels), sha256: hash };
  const { columns, names, values, lines } = await readScores({ path: file, bytes });
  return { table: { file, columns, names, values, lines }, sha256: hash };
}

async function npyTable(file: string, bytes: Uint8Array, labels: readonly string[] | null): Promise<PredictionTable> {
  const { shape, data, dtype } = readNpy(bytes, path.basename(file));
  const [rows, classes] = shape;
  if (shape.length !== 2 || rows === undefined || classes === undefined || !/^float(32|64)$/.test(dtype))
    throw refused(
      file,
      `is an array of ${dtype} of the shape (${shape.join(', ')}), and not of float32 or float64 with a row per image and a column per class`,
      'Write the probabilities with numpy.save, images × classes.',
    );
  const stem = file.replace(/\.npy$/i, '');
  const images = await list(file, [`${stem}.images.txt`, `${stem}.names.txt`, `${stem}.txt`], rows, 'images');
  const found = await list(file, [`${stem}.classes.txt`, `${stem}.labels.txt`], classes, 'classes', labels);
  return { file, columns: found, names: images, values: Float32Array.from(data as Float32Array) };
}

/** The first list next to the file, a name a line. */
async function list(
  file: string,
  candidates: readonly string[],
  count: number,
  what: 'images' | 'classes',
  otherwise: readonly string[] | null = null,
): Promise<readonly string[]> {
  const beside = new Set(await readdir(path.dirname(file)));
  const found = candidates.find((each) => beside.has(path.basename(each)));
  if (found === undefined && otherwise?.length === count) return otherwise;
  const named = candidates.map((each) => path.basename(each)).join(' or ');
  if (found === undefined)
    throw refused(file, `needs a list of its ${count} ${what} next to it`, `Write ${named}, a name a line.`);
  const text = plainText(await bytesOf(found, LIST_LIMIT));
  const names = text.split(/\r\n|\r|\n/).map((line) => line.trim());
  while (names.at(-1) === '') names.pop();
  if (names.length !== count)
    throw refused(
      found,
      `has ${names.length} lines, but ${path.basename(file)} has ${count} ${what}`,
      'Write one name a line, in the order of the array.',
    );
  return names;
}

async function bytesOf(file: string, limit: number): Promise<Uint8Array> {
  let bytes: Buffer;
  try {
    bytes = await readWholeFile(file, limit);
  } catch (thrown) {
    throw refused(file, whyUnread(thrown, limit) ?? 'does not exist', 'Check the path.');
  }
  if (isLfsPointer(bytes)) throw refused(file, LFS_POINTER, LFS_PULL);
  return bytes;
}

const refused = (subject: string, why: string, next: string) =>
  new ExplainError({ kind: 'usage', message: `'${path.basename(subject)}' ${why}.`, subject, next });
