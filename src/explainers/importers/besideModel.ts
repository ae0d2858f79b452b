import { closeSync, constants, fstatSync, openSync, realpathSync } from 'node:fs';
import { isAbsolute, join, sep } from 'node:path';
import { stampOfStats } from '../files/fileStamp.ts';
import type { Opening } from './importer.ts';
import { damaged } from './problem.ts';

/** An open file next to a model. */
export interface DataFile {
  readonly descriptor: number;
  readonly path: string;
  readonly size: number;
  readonly stamp: string;
}

export interface Beside {
  /** The model's own folder. */
  readonly folder: string;
  readonly opening: Opening;
  /** What helps where a file lies outside of it. */
  readonly outsideNext: string;
}

/**
 * Opens a data file that a model names. A location is a path relative to the model's own folder; nothing outside that
 * folder is ever opened: no absolute path, no `..`, no link that points out.
 * @throws ExplainError `model`
 */
export function openBeside(beside: Beside, location: string, subject: string): DataFile {
  const path = placeOf(beside, location, subject);
  // Without O_NONBLOCK, opening a named pipe would wait for a writer.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  let descriptor: number;
  try {
    descriptor = openSync(path, flags);
  } catch (cause) {
    throw missing(location, subject, cause);
  }
  const stats = fstatSync(descriptor, { bigint: true });
  if (!stats.isFile()) {
    closeSync(descriptor);
    throw damaged(`The model's data file ${location} is not a file.`, subject);
  }
  return { descriptor, path, size: Number(stats.size), stamp: stampOfStats(stats) };
}

function placeOf({ folder: given, opening, outsideNext }: Beside, location: string, subject: string): string {
  const outside = () =>
    damaged(`The model wants to read '${location}', which is not inside its own folder.`, subject, outsideNext);
  const parts = location.split(/[\\/]/);
  if (!location || location.includes('\0') || isAbsolute(location) || /^[a-z]:/i.test(location)) throw outside();
  if (parts.includes('..') || location.includes('\\')) throw outside();
  const folder = realpathSync(given);
  opening(join(given, location));
  let path: string;
  try {
    path = realpathSync(join(folder, location));
  } catch (cause) {
    throw missing(location, subject, cause);
  }
  if (!path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) throw outside();
  return path;
}

function missing(location: string, subject: string, cause: unknown) {
  const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'is missing' : 'cannot be opened';
  return damaged(
    `The model's data file ${location} ${reason}.`,
    subject,
    `Put ${location} next to the model file.`,
    cause,
  );
}
