// docs/benchmarks.md.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../steps/child.mjs';
import { markedLines, replaceMarked } from '../steps/markedTable.mjs';

const page = path.join(root, 'docs/benchmarks.md');

/** A benchmark's lines, as they are. */
export const readSection = (name) => markedLines(readFileSync(page, 'utf8'), name);

/** Puts a benchmark's lines between its two marks. */
export function writeSection(name, lines) {
  writeFileSync(page, replaceMarked(readFileSync(page, 'utf8'), name, lines));
}
