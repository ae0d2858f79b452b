import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { EvaluatedImage, ResultFailure } from '../contracts/evaluation.ts';
import { append } from '../lists.ts';
import { isRecord } from '../tables.ts';
import { pairColumns, type ResultMetrics, resultColumns, SCORE_COLUMNS } from './columns.ts';
import { type Part, partName, TABLES } from './partFiles.ts';
import { readNotes } from './readTable.ts';
import { writeTable } from './writeTable.ts';

const KEY = 'saliencyLens';

/** What a part says about itself, in the Parquet file: it covers these images, also those without a row. */
export interface PartNotes {
  /** The settings that its rows were computed with. */
  readonly settings: string;
  readonly images: readonly string[];
  readonly failures: readonly ResultFailure[];
}

/** The results of an image, or why there are none. */
export type ImageOutcome = Omit<EvaluatedImage, 'maps' | 'timings'> | ResultFailure;

/** The files of a part, the one that says it is complete last. */
export function partContents(
  part: Part,
  images: readonly string[],
  outcomes: ReadonlyMap<string, ImageOutcome>,
  { settings, metrics }: { readonly settings: string; readonly metrics: ResultMetrics },
): readonly (readonly [name: string, bytes: Uint8Array])[] {
  const found = images.map((image) => outcomes.get(image)!);
  const failures: ResultFailure[] = [];
  for (const each of found) append(failures, 'error' in each ? [each] : each.failures);
  const done = found.flatMap((each) => ('error' in each ? [] : [each]));
  const notes = notesOf({ settings, images, failures });
  const file = (table: (typeof TABLES)[number]) => partName(table, part);
  const { comparison } = metrics;
  return [
    ...(comparison.length > 0
      ? [[file('pairs'), writeTable(pairColumns(metrics), done.flatMap(({ pairs }) => pairs))] as const] // biome-ignore format: one line
      : []),
    [file('scores'), writeTable(SCORE_COLUMNS, done.map(({ scores }) => scores))], // biome-ignore format: one line
    [file('part'), writeTable(resultColumns(metrics), done.flatMap(({ rows }) => rows), notes)], // biome-ignore format: one line
  ];
}

export function notesOf(notes: PartNotes): ReadonlyMap<string, string> {
  return new Map([[KEY, JSON.stringify(notes)]]);
}

/** Null: the file is no complete part. */
export async function partNotes(file: string): Promise<PartNotes | null> {
  try {
    const notes: unknown = JSON.parse((await readNotes(file)).get(KEY) ?? 'null');
    return isRecord(notes) && Array.isArray(notes['images']) && Array.isArray(notes['failures'])
      ? (notes as unknown as PartNotes)
      : null;
  } catch {
    return null;
  }
}

/** The part with all its files, if it is there with just these images and settings; else null. */
export async function completePart(
  folder: string,
  part: Part,
  images: readonly string[],
  { settings, metrics }: { readonly settings: string; readonly metrics: ResultMetrics },
): Promise<PartNotes | null> {
  const notes = await partNotes(path.join(folder, partName('part', part)));
  if (notes?.settings !== settings || JSON.stringify(notes.images) !== JSON.stringify(images)) return null;
  for (const table of TABLES) {
    if (table === 'pairs' && metrics.comparison.length === 0) continue;
    const info = await stat(path.join(folder, partName(table, part))).catch(() => null);
    if (!info?.isFile()) return null;
  }
  return notes;
}
