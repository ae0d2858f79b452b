import fs from 'node:fs';
import path from 'node:path';
import { root } from '../steps/child.mjs';
import { replaceTable } from '../steps/markedTable.mjs';

const number = (value) => value.toLocaleString('en-US');

/** Writes one row a kind into the table of docs/reliability.md that `npm run fuzz` makes. */
export function writeFigures(figures) {
  const file = path.join(root, 'docs/reliability.md');
  const rows = figures.map(({ kind, cases, asked, refused, died, faults, memory }) => {
    const settled = memory.slice(Math.ceil(memory.length / 4));
    const range = settled.length > 0 ? `${Math.min(...settled)} … ${Math.max(...settled)} MB` : '–';
    return [kind, number(cases), number(asked), number(refused), number(died), number(faults), range];
  });
  const head = [
    'kind',
    'cases',
    'requests',
    'refused with a clean error',
    'processes that died',
    'faults',
    'memory of the process',
  ];
  fs.writeFileSync(file, replaceTable(fs.readFileSync(file, 'utf8'), 'fuzz', head, rows));
}
