// `npm run bench -- auto`: what choosing a device costs on this machine: describing a model with `--device auto` and with
// `--device cpu`, each in a fresh process, in turn.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { root } from '../steps/child.mjs';
import { machine } from '../steps/machine.mjs';
import { median } from '../steps/median.mjs';
import { writeSection } from './page.mjs';

const GOAL = 50;
const MODELS = ['examples/photos/efficientnet-lite0.explain.json', 'examples/chest-xray/cxr-nih14.explain.json'];

const spread = (values) => `${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)}`;

/** Measures, prints, and with `write` puts the section into docs/benchmarks.md. */
export function benchAuto({ rounds, write }) {
  execFileSync(process.execPath, ['esbuild.config.mjs'], { cwd: root, stdio: 'ignore' });
  const time = (model, device) => {
    const start = performance.now();
    const args = ['bin/saliency-lens.cjs', 'inspect', model, '--device', device, '--json'];
    execFileSync(process.execPath, args, { cwd: root, stdio: 'ignore' });
    return performance.now() - start;
  };
  const rows = MODELS.map((model) => {
    const [auto, cpu] = [[], []];
    for (let round = -1; round < rounds; round++) {
      const [a, c] = [time(model, 'auto'), time(model, 'cpu')];
      // The first pair fills the disk's cache and makes the comparison that is remembered.
      if (round >= 0) auto.push(a) && cpu.push(c);
    }
    const more = median(auto.map((ms, i) => ms - cpu[i]));
    return `| ${path.dirname(model)} | ${median(auto).toFixed(0)} (${spread(auto)}) | ${median(cpu).toFixed(0)} (${spread(cpu)}) | ${more.toFixed(0)} | ≤ ${GOAL} ${more <= GOAL ? '✓' : '✗'} |`;
  });
  const table = [
    `${machine()}; ${rounds} rounds, the two in turn, no graphics card.`,
    '',
    '| model | `auto`, ms (range) | `cpu`, ms (range) | more, median of pairs, ms | goal |',
    '|---|---:|---:|---:|---:|',
    ...rows,
  ].join('\n');
  console.log(table);
  if (write) writeSection('auto', table);
}
