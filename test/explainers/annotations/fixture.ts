import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FormatInput } from '../../../src/explainers/annotations/annotation.ts';
import { type ErrorReport, errorReport } from '../../../src/explainers/errors.ts';

const ROOT = fileURLToPath(new URL('../../fixtures/annotations/', import.meta.url));

/** A file of test/fixtures/annotations, `coco/files/instances.json`, under that name. */
export function fixture(name: string): FormatInput {
  return { path: name, bytes: readFileSync(ROOT + name) };
}

export function fixtureJson<T>(name: string): T {
  return JSON.parse(readFileSync(ROOT + name, 'utf8')) as T;
}

/** Every file that a format's own tools wrote: `FORMAT/files/NAME`. */
export function fixtures(): string[] {
  return readdirSync(ROOT).flatMap((format) =>
    readdirSync(`${ROOT}${format}/files`).map((name) => `${format}/files/${name}`),
  );
}

export function text(path: string, content: string): FormatInput {
  return { path, bytes: new TextEncoder().encode(content) };
}

/** What the call throws, as data; fails if it throws nothing. */
export function thrown(call: () => unknown): ErrorReport {
  try {
    call();
  } catch (error) {
    return errorReport(error);
  }
  throw new Error('nothing was thrown');
}
