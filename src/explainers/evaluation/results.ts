import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { ResultFailure } from '../contracts/evaluation.ts';
import { ExplainError } from '../errors.ts';
import { readWholeFile } from '../files/plainFile.ts';
import { append } from '../lists.ts';
import { isRecord, own } from '../tables.ts';
import { MANIFEST } from './manifest.ts';
import { isFailures } from './names.ts';
import { partFiles, type TableName } from './partFiles.ts';
import { readTables, type Table } from './readTable.ts';

const MOST_BYTES = 2 ** 28;

/** A folder of results of `evaluate` or `merge`, also one that is still being written, by one process or many. */
export interface Results {
  readonly folder: string;
  /** As JSON; what it holds is said in docs/evaluate.md. It may be of any version. */
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly failures: readonly ResultFailure[];
  /** Reads columns of a table, all if none is named; a table that was not written has no rows. */
  read(table: TableName, columns?: readonly string[]): Promise<Table>;
}

/** @throws ExplainError `usage` if the folder holds no results */
export async function openResults(folder: string): Promise<Results> {
  const text = await readWholeFile(path.join(folder, MANIFEST), MOST_BYTES).catch(() => null);
  const manifest = text && parsed(text.toString('utf8'));
  if (!isRecord(manifest) || own(manifest, 'images') === undefined) throw noResults(folder);
  const failures: ResultFailure[] = [];
  for (const name of (await readdir(folder)).filter(isFailures).sort())
    append(failures, await failuresIn(path.join(folder, name)));
  return {
    folder,
    manifest,
    failures,
    read: async (table, columns) => readTables(await partFiles(folder, table), columns),
  };
}

async function failuresIn(file: string): Promise<readonly ResultFailure[]> {
  const lines = await readWholeFile(file, MOST_BYTES).catch(() => Buffer.alloc(0));
  return lines.toString('utf8').split('\n').map(parsed).filter(isFailure);
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
