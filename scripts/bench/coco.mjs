// `npm run bench -- coco`: searching a COCO file of 200 MB compared with JSON.parse of it, each in a process of its own, in
// turn.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { machine } from '../steps/machine.mjs';
import { median } from '../steps/median.mjs';
import { nodeProgram } from '../steps/nodeProgram.mjs';
import { writeSection } from './page.mjs';

const ANNOTATIONS = 100_000;
const GOAL = 3;
const PARSE = `const start = performance.now();
const { annotations } = JSON.parse(require('node:fs').readFileSync(process.argv[1], 'utf8'));
const ms = performance.now() - start;
console.log(JSON.stringify({ ms, found: annotations.length, peakMiB: process.resourceUsage().maxRSS / 1024 }));`;

/** Measures, prints, and with `write` puts the section into docs/benchmarks.md. */
export async function benchCoco({ rounds, write }) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'bench-coco-'));
  try {
    const bundle = (name) => nodeProgram(`test/bench/${name}.ts`, `out/bench/${name}.cjs`);
    const { writeLargeCoco, imageOf } = (await import(await bundle('largeCoco'))).default;
    const file = path.join(folder, 'instances.json');
    writeLargeCoco(file, ANNOTATIONS);
    const script = await bundle('searchCoco');
    const run = (...args) => JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
    const ours = [];
    const theirs = [];
    for (let round = 0; round < rounds; round++) {
      const { found, again, peakMiB } = run(script, file, imageOf(61_728), imageOf(5));
      ours.push({ ms: found.ms, nextMs: again.ms, peakMiB });
      theirs.push(run('-e', PARSE, file));
    }
    const ratio = median(ours.map(({ ms }, i) => ms / theirs[i].ms));
    const of = (list, key) => median(list.map((each) => each[key]));
    const megabytes = Math.round(statSync(file).size / 1e6);
    const table = [
      `${machine()}; median of ${rounds} rounds, the two in turn.`,
      '',
      '| what | ours, ms | compared with | theirs, ms | ratio | goal | peak MiB, ours / theirs |',
      '|---|---:|---|---:|---:|---:|---:|',
      `| COCO, ${megabytes} MB, ${ANNOTATIONS} annotations: the first image | ${of(ours, 'ms').toFixed(0)} | JSON.parse of the file | ${of(theirs, 'ms').toFixed(0)} | ${ratio.toFixed(2)} | ≤ ${GOAL.toFixed(2)} ${ratio <= GOAL ? '✓' : '✗'} | ${of(ours, 'peakMiB').toFixed(0)} / ${of(theirs, 'peakMiB').toFixed(0)} |`,
      `| the next image of the same file | ${of(ours, 'nextMs').toFixed(1)} | | | | | |`,
    ].join('\n');
    console.log(table);
    if (write) writeSection('coco', table);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
