import fs from 'node:fs';
import path from 'node:path';
import { root } from '../steps/child.mjs';

const manifest = path.join(root, 'test/models/manifest.jsonl');

/**
 * An architecture of the manifest: which library's model, the size of its image [h, w], and what exports it. `line` is
 * its entry as it was written: Python knows 0.0 from 0, JavaScript does not.
 * @typedef {{ set: string, model: string, size: [number, number], exporters: string[], line: string }} Architecture
 */

/** The manifest's architectures, in its order: the smallest first. */
export function architectures() {
  const lines = fs.readFileSync(manifest, 'utf8').trim().split('\n');
  return lines.map((line) => /** @type {Architecture} */ ({ ...JSON.parse(line), line }));
}

/** A case's name: SET/MODEL/EXPORTER. */
export const nameOf = ({ set, model }, exporter) => `${set}/${model}/${exporter}`;

/** All cases, as their names. */
export const cases = () => architectures().flatMap((each) => each.exporters.map((exporter) => nameOf(each, exporter)));

/** Which environment of Python builds a set's models. */
export const frameworkOf = ({ set }) => (set === 'keras' ? 'keras' : 'torch');
