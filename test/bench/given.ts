// How suspicious Check Labels finds the label of each image in the trials of given.py, from predictions alone. Run by
// scripts/bench/given.mjs.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CheckedImage } from '../../src/explainers/labelCheck/checkedImage.ts';
import { rankFindings } from '../../src/explainers/labelCheck/rank.ts';

interface Trial {
  readonly given: readonly number[];
  readonly scores: readonly (readonly number[])[];
}

const [out] = process.argv.slice(2) as [string];
const lines = readFileSync(path.join(out, 'trials.jsonl'), 'utf8').trim().split('\n');
writeFileSync(path.join(out, 'ours.json'), JSON.stringify(lines.map((line) => suspicions(JSON.parse(line) as Trial))));

/** The score of the most suspicious finding about each image. */
function suspicions({ given, scores }: Trial): readonly number[] {
  const images = given.map((label, i) => imageOf(i, label, Float32Array.from(scores[i]!)));
  const labels = scores[0]!.map((_, index) => String(index));
  const found = new Array<number>(images.length).fill(0);
  for (const { finding } of rankFindings(images, { labels, thresholds: labels.map(() => 0.5) }, undefined, true))
    found[Number(finding.image)] = Math.max(found[Number(finding.image)]!, finding.score);
  return found;
}

/** As a CSV with a label per image gives it. */
function imageOf(place: number, index: number, scores: Float32Array): CheckedImage {
  const best = scores.indexOf(scores.reduce((a, b) => Math.max(a, b)));
  const label = String(index);
  return {
    path: String(place),
    exclusive: true,
    scores,
    predicted: (each) => each === best,
    states: new Map([[index, 'present']]),
    annotations: [{ index, label, shape: null, file: '/labels.csv', format: 'csv', line: place + 2 }],
    absentIn: [],
    regions: new Map(),
  };
}
