// The README's tables, from the declarations of methods, metrics, annotation formats and verbs.
import { loadSource } from '../steps/loadSource.mjs';
import { scale } from '../steps/markedTable.mjs';

export const file = 'README.md';
const verbsBetween = /(<!-- generated: verbs -->\n)[\s\S]*?(<!-- end of verbs -->)/;
const between = /(<!-- generated: tables -->\n)[\s\S]*?(<!-- end of generated -->)/;

const row = (cells) =>
  `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|').replace(/\s+/g, ' ')).join(' | ')} |`;
const table = (head, rows) => [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

const GROUPS = ['faithfulness', 'robustness'];
export async function generate(text) {
  const { VERBS, methods, metrics, assessments, comparisons, formats } = await loadSource(`
    export { VERBS } from './src/explainers/cli/verbs.ts';
    export { methods } from './src/explainers/methods/methods.ts';
    export { metrics } from './src/explainers/metrics/metrics.ts';
    export { assessments } from './src/explainers/faithfulness/assessments.ts';
    export { comparisons } from './src/explainers/comparison/comparisons.ts';
    export { formats } from './src/explainers/annotations/formats/formats.ts';
  `);
  const tables = [
    table(
      ['method', 'shows'],
      [...methods.values()].map((method) => [`[\`${method.id}\`](docs/methods/${method.id}.md)`, method.summary]),
    ),
    table(
      ['agreement', 'is', 'better'],
      metrics.map(({ id, summary, better, range }) => [
        `[\`${id}\`](docs/agreement.md#the-numbers)`,
        summary,
        scale(better, range),
      ]),
    ),
    ...GROUPS.map((group) =>
      table(
        [group, 'is', 'better'],
        [...assessments.values()]
          .filter((metric) => metric.group === group)
          .map(({ id, summary, better, range }) => [
            `[\`${id}\`](docs/faithfulness.md#${id.toLowerCase()})`,
            summary,
            scale(better, range),
          ]),
      ),
    ),
    table(
      ['between methods', 'is', 'range'],
      comparisons.map(({ id, summary, range }) => [
        `[\`${id}\`](docs/faithfulness.md#${id.toLowerCase()})`,
        summary,
        range.join(' … '),
      ]),
    ),
    `Annotations: ${formats.map(({ title }) => title).join(', ')}.`,
  ];
  const lines = VERBS.map(({ name, usage, about }) => `# ${about}\nnpx saliency-lens ${name} ${usage}`);
  return text
    .replace(between, `$1\n${tables.join('\n\n')}\n\n$2`)
    .replace(verbsBetween, `$1\`\`\`sh\n${lines.join('\n')}\n\`\`\`\n$2`);
}
