// `npm run bench -- results`: how long the Results view waits for a folder of results.
import { execFileSync } from 'node:child_process';
import { root } from '../steps/child.mjs';
import { machine } from '../steps/machine.mjs';
import { nodeProgram } from '../steps/nodeProgram.mjs';
import { writeSection } from './page.mjs';

/** Milliseconds, by the number of rows. */
const GOALS = new Map([
  [200_000, { open: 2000, operation: 150 }],
  [2_000_000, { open: null, operation: 1000 }],
]);

/** Measures, prints, and with `write` puts the section into docs/benchmarks.md. */
export async function benchResults({ write }) {
  const out = await nodeProgram('test/bench/results.ts', 'out/bench/results.cjs', { packages: 'external' });
  const found = JSON.parse(execFileSync(process.execPath, [out], { encoding: 'utf8', cwd: root, maxBuffer: 1e8 }));
  const cell = (ms, goal) => `${ms.toFixed(0)}${goal === null ? '' : ` ≤ ${goal} ${ms <= goal ? '✓' : '✗'}`}`;
  const names = ['open', ...Object.keys(found[0].operations)];
  const rows = names.map((name) => {
    const cells = found.map(({ rows: count, open, operations }) => {
      const goal = GOALS.get(count);
      return name === 'open' ? cell(open, goal.open) : cell(operations[name], goal.operation);
    });
    return `| ${name} | ${cells.join(' | ')} |`;
  });
  const counts = found.map(({ rows: count }) => `${count.toLocaleString('en')} rows`);
  const lines = [
    `${machine()}; milliseconds, once, until the first 200 rows are there.`,
    '',
    `| | ${counts.join(' | ')} |`,
    `| --- | ${counts.map(() => '---').join(' | ')} |`,
    ...rows,
  ];
  console.log(lines.join('\n'));
  if (write) writeSection('results', lines);
}
