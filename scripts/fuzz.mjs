// `npm run fuzz`: damaged models (also those that are only recognised), images, annotations, cards and label files, given to the product by the thousand.
//   npm run fuzz                                 all kinds, the whole round, going on where the last run stopped
//   npm run fuzz -- models cards                 these kinds only
//   npm run fuzz -- models --case 1234           one case, its input kept in out/fuzz/
//   npm run fuzz -- --share 0.001 --fresh        a thousandth of the round, from the start
//   npm run fuzz -- --write                      the figures into docs/reliability.md
// A case depends on its number alone, which is what a fault is reported with. Exit code 1 where there was a fault.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from './fuzz/bundle.mjs';
import { writeFigures } from './fuzz/figures.mjs';
import { ROUND } from './fuzz/round.mjs';
import { runKind } from './fuzz/runKind.mjs';
import { root } from './steps/child.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    case: { type: 'string' },
    share: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' },
    fresh: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    out: { type: 'string', default: 'out/fuzz' },
  },
});
const kinds = positionals.length > 0 ? positionals : Object.keys(ROUND);
const unknown = kinds.filter((kind) => !Object.hasOwn(ROUND, kind));
if (unknown.length > 0 || (values.case && kinds.length !== 1)) {
  console.error(
    unknown.length > 0
      ? `There is no kind ${unknown.join(', ')}; kinds are ${Object.keys(ROUND).join(', ')}.`
      : '--case goes with one kind.',
  );
  process.exit(2);
}

const out = path.resolve(root, values.out);
if (values.fresh) fs.rmSync(out, { recursive: true, force: true });
fs.mkdirSync(out, { recursive: true });
const program = await bundle();
const figures = [];
for (const kind of kinds) {
  const cases = Math.max(1, Math.round(ROUND[kind] * Number(values.share)));
  figures.push(
    await runKind({
      kind,
      cases,
      only: values.case && Number(values.case),
      program,
      out,
      workers: Number(values.workers),
    }),
  );
}
if (values.write) writeFigures(figures);
const faults = figures.reduce((sum, { faults }) => sum + faults, 0);
console.log(
  `\n${figures.reduce((sum, { cases }) => sum + cases, 0)} cases, ${faults} faults${faults > 0 ? `: ${path.relative(root, out)}/*.faults.jsonl` : ''}`,
);
process.exitCode = faults > 0 ? 1 : 0;
