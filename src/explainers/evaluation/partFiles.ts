import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** What a folder of results holds of each part: rows, scores of all classes, and comparisons of methods. */
export const TABLES = ['part', 'scores', 'pairs'] as const;
export type TableName = (typeof TABLES)[number];

/** Which part of which share of the images. A run without shards is shard 0 of 1. */
export interface Part {
  readonly shard: number;
  readonly shards: number;
  readonly number: number;
}

const DIGITS = 5;
const NAME = /^(part|scores|pairs)(?:-(\d{5,})-of-(\d{5,}))?-(\d{5,})\.parquet$/;

/** `part-00007.parquet`, or `part-00002-of-00016-00007.parquet` of a run in shards. */
export function partName(table: TableName, { shard, shards, number }: Part): string {
  const own = shards === 1 ? '' : `${digits(shard)}-of-${digits(shards)}-`;
  return `${table}-${own}${digits(number)}.parquet`;
}

/** Null: the file is no part of results. */
export function partOf(name: string): (Part & { readonly table: TableName }) | null {
  const [, table, shard, shards, number] = NAME.exec(name) ?? [];
  if (number === undefined) return null;
  const part = { shard: Number(shard ?? 0), shards: Number(shards ?? 1), number: Number(number) };
  return { table: table as TableName, ...part };
}

/** A table's files in a folder, in the order of their names; [] if there is no such folder. */
export async function partFiles(folder: string, table: TableName): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  const own = names.filter((name) => partOf(name)?.table === table).sort();
  return own.map((name) => path.join(folder, name));
}

const digits = (number: number) => String(number).padStart(DIGITS, '0');
