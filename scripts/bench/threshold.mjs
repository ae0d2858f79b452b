// `npm run bench -- threshold`: what a settled threshold costs the explainer and the wire, on the chest X-ray example.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { root } from '../steps/child.mjs';
import { machine } from '../steps/machine.mjs';
import { median } from '../steps/median.mjs';
import { writeSection } from './page.mjs';

const STEPS = 40;
const GOAL = { ms: 50, bytes: 2000 };

const within = (value, goal) => (value <= goal ? '✓' : '✗');

/** Measures, prints, and with `write` puts the section into docs/benchmarks.md. */
export function benchThreshold({ rounds, write }) {
  execFileSync(process.execPath, [path.join(root, 'scripts/bench/bundle.mjs'), 'threshold'], { stdio: 'inherit' });
  const script = path.join(root, 'out/bench/threshold.cjs');
  const run = () =>
    JSON.parse(
      execFileSync(process.execPath, [script, path.join(root, 'examples/chest-xray'), String(STEPS)], {
        encoding: 'utf8',
      }),
    );
  const found = Array.from({ length: rounds }, run);
  const settled = median(found.flatMap(({ timings }) => timings.slice(1)));
  const slowest = median(found.map(({ timings }) => Math.max(...timings.slice(1))));
  const first = median(found.map(({ timings }) => timings[0]));
  const [{ bytes, mapBytes, image }] = found;
  const table = [
    `${machine()}; ${rounds} rounds of ${STEPS} thresholds, image of ${image} pixels.`,
    '',
    '| what | ours | goal |',
    '|---|---:|---:|',
    `| A settled threshold: processor time of the explainer, median (slowest of a round), ms | ${settled.toFixed(1)} (${slowest.toFixed(1)}) | ≤ ${GOAL.ms} ${within(settled, GOAL.ms)} |`,
    `| the first one after the map, ms | ${first.toFixed(1)} | |`,
    `| request and reply, bytes | ${bytes} | < ${GOAL.bytes} ${within(bytes, GOAL.bytes - 1)} |`,
    `| the map that stays where it was made, bytes | ${mapBytes} | |`,
  ].join('\n');
  console.log(table);
  if (write) writeSection('threshold', table);
}
