import path from 'node:path';
import type { ResultFailure } from '../contracts/evaluation.ts';
import { ExplainError } from '../errors.ts';
import { readWholeFile } from '../files/plainFile.ts';
import { isRecord, own } from '../tables.ts';
import { partFiles, type TableName } from './partFiles.ts';
import { readTables, type Table } from './readTable.ts';

export const MANIFEST = 'manifest.json';
export const FAILURES = 'failures.jsonl';
const MOST_BYTES = 2 ** 28;

/** A folder of results of `evaluate` or `merge`. */
export interface Results {
  readonly folder: string;
  /** As JSON; what it holds is said in docs/evaluate.md. */
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly failures: readonly ResultFailure[];
  /** Reads columns of a table, all if none is named; a table that was not written has no rows. */
  read(table: TableName, columns?: readonly string[]): Promise<Table>;
}

/** @throws ExplainError `usage` if the folder holds no results */
export async function openResults(folder: string): Promise<Results> {
  const manifest = parsed(await text(path.join(folder, MANIFEST), folder));
  if (!isRecord(manifest) || own(manifest, 'images') === undefined) throw noResults(folder);
  const lines = await readWholeFile(path.join(folder, FAILURES), MOST_BYTES).catch(() => Buffer.alloc(0));
  return {
    folder,
    manifest,
    failures: lines.toString('utf8').split('\n').map(parsed).filter(isFailure),
    read: async (table, columns) => readTables(await partFiles(folder, table), columns),
  };
}

async function text(file: string, folder: string): Promise<string> {
  try {
    return (await readWholeFile(file, MOST_BYTES)).toString('utf8');
  } catch {
    throw noResults(folder);
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function isFailure(value: unknown): value is ResultFailure {
  return isRecord(value) && typeof own(value, 'image') === 'string' && isRecord(own(value, 'error'));
}

function noResults(folder: string): ExplainError {
  return new ExplainError({
    kind: 'usage',
    message: 'The folder holds no results of an evaluation, because it has no manifest.json of one.',
    subject: folder,
    next: 'Name the folder that saliency-lens evaluate --out wrote.',
  });
}
