import path from 'node:path';
import { LRUCache } from 'lru-cache';
import { ExplainError } from '../errors.ts';
import { fileStamp } from '../files/fileStamp.ts';
import { parquetFault } from '../files/parquetCompressors.ts';
import { WorkThreads } from '../images/thread/workThreads.ts';
import { PROGRAM } from './generated/parquetProgram.ts';
import type { ImagesAnswer, RowsAnswer, RowsRequest } from './thread/tasks.ts';

/** Milliseconds for any file. */
const LIMIT = 120_000;
const MAX_KEPT = 256 * 2 ** 20;

const threads = new WorkThreads(PROGRAM, 1);
/** Row groups whose images were read last, because the next image is in the same one. */
const groups = new LRUCache<string, ImagesAnswer>({
  maxSize: MAX_KEPT,
  maxEntrySize: 4 * MAX_KEPT,
  sizeCalculation: ({ images }) => 1 + images.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0),
});
/** The last one, however large it is. */
let last: { readonly key: string; readonly group: ImagesAnswer } | null = null;

/**
 * The rows without their images.
 * @param labels false: without their labels too, so that they are only counted
 * @throws ExplainError `annotation`
 */
export function parquetRows(file: string, labels = true): Promise<RowsAnswer> {
  const request: RowsRequest = { path: file, labels };
  return onThread('rows', request, file, 'annotation') as Promise<RowsAnswer>;
}

/** The image of a row, counted from 0. @throws ExplainError `image` */
export async function parquetImage(file: string, row: number): Promise<ImagesAnswer['images'][number]> {
  const key = `${file} ${await fileStamp(file)}`;
  const holds = ({ from, images }: ImagesAnswer) => row >= from && row < from + images.length;
  const kept = last?.key === key && holds(last.group) ? last.group : null;
  const known = kept ?? [...groups.entries()].find(([id, group]) => id.startsWith(`${key} `) && holds(group))?.[1];
  const group = known ?? ((await onThread('images', { path: file, row }, file, 'image')) as ImagesAnswer);
  if (!known) groups.set(`${key} ${group.from}`, group);
  last = { key, group };
  return group.images[row - group.from]!;
}

async function onThread(name: string, request: unknown, file: string, kind: 'annotation' | 'image'): Promise<unknown> {
  const told = (why: string) =>
    new ExplainError({
      kind,
      message: `${path.basename(file)} ${why}.`,
      subject: file,
      next: 'The file is probably damaged; write it again with the program that made it.',
    });
  const tooSlow = () => told(`could not be read within ${LIMIT / 1000} s`);
  try {
    return await threads.run({ name, request, limit: LIMIT, tooSlow });
  } catch (thrown) {
    throw thrown instanceof ExplainError ? thrown : told(`cannot be read as Parquet: ${parquetFault(thrown)}`);
  }
}
