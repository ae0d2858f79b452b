// `npm run bench -- view`: how smoothly the panel's pictures move, and what stepping through images leaves in memory.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { nodeOptions } from '../../esbuild.config.mjs';
import { root } from '../steps/child.mjs';
import { machine } from '../steps/machine.mjs';
import { median } from '../steps/median.mjs';
import { nodeProgram } from '../steps/nodeProgram.mjs';
import { writeSection } from './page.mjs';

const GOAL = { script: 8, longTask: 50, rate: 0.9 };
const TITLES = { overlay: 'Four maps over a picture of 4096²', grid: 'A grid of 4 × 4 of the same' };

const mega = (bytes) => (bytes === null ? '–' : (bytes / 1e6).toFixed(0));
const mark = (good) => (good ? '✓' : '✗');

/** Measures, prints, and with `write` puts the section into docs/benchmarks.md. */
export async function benchView({ rounds, write }) {
  const out = await nodeProgram('test/bench/view.ts', 'out/bench/view.cjs', {
    packages: 'external',
    define: { ...nodeOptions.define, 'import.meta.dirname': JSON.stringify(path.join(root, 'test/webview/page')) },
  });
  const found = JSON.parse(
    execFileSync(process.execPath, [out, String(rounds)], { encoding: 'utf8', cwd: root, maxBuffer: 1e8 }),
  );
  const of = (what, value) => median(found.rounds.map((round) => value(round[what], round)));
  const rows = Object.entries(TITLES).map(([what, title]) => {
    const [script, longest] = [of(what, (each) => each.script), of(what, (each) => each.longest)];
    const rate = of(what, (each, { plain }) => each.framesPerSecond / plain.framesPerSecond);
    const cells = [
      `${script.toFixed(1)} ≤ ${GOAL.script} ${mark(script <= GOAL.script)}`,
      `${longest.toFixed(0)} ≤ ${GOAL.longTask} ${mark(longest <= GOAL.longTask)}`,
      `${of(what, (each) => each.framesPerSecond).toFixed(0)}`,
      `${rate.toFixed(2)} ≥ ${GOAL.rate} ${mark(rate >= GOAL.rate)}`,
    ];
    return `| ${title} | ${cells.join(' | ')} |`;
  });
  const plain = [of('plain', (each) => each.script).toFixed(1), of('plain', (each) => each.longest).toFixed(0)];
  const lines = [
    `${machine()}; median of ${rounds} rounds, the three in turn, in a Chromium without a graphics card.`,
    '',
    '| panned and zoomed | script per frame, 95th percentile, ms | longest task, ms | frames per second | of the plain canvas’ |',
    '|---|---:|---:|---:|---:|',
    ...rows,
    `| A plain canvas with the same picture | ${plain.join(' | ')} | ${of('plain', (each) => each.framesPerSecond).toFixed(0)} | 1 |`,
    '',
    '| after images | JavaScript heap, MB | process, MB |',
    '|---|---:|---:|',
    ...found.memory.map(({ step, heap, process }) => `| ${step} | ${mega(heap)} | ${mega(process)} |`),
  ].join('\n');
  console.log(lines);
  if (write) writeSection('view', lines);
}
