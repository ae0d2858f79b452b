import { agreementMarkdown } from '../agreement/agreementText.ts';
import { figure } from '../format.ts';
import { markdownText } from './markdownText.ts';
import type { Value, ViewReport } from './viewReport.ts';

/** The view's facts and numbers as Markdown. */
export function viewMarkdown({ title, facts, methods, values, agreement }: ViewReport): string {
  const of = (table: Value['table']) => values.filter((each) => each.table === table);
  const scores = of('scores');
  const score = (index: number | null, metric: string) =>
    scores.find((each) => each.index === index && each.metric === metric)?.value ?? null;
  return [
    `# ${markdownText(title)}`,
    '',
    ...facts.map(({ name, value }) => `- ${name}: ${markdownText(value)}`),
    '',
    ...section(
      'Methods',
      ['Method', 'Parameters'],
      methods.map((each) => [each.title, each.parameters]),
    ),
    ...section(
      'Scores',
      ['Class', 'Score', 'Logit', 'Threshold'],
      scores
        .filter(({ metric }) => metric === 'score')
        .map(({ index, label, value }) => [
          `${label} (${index})`,
          ...[value, score(index, 'logit'), score(index, 'threshold')].map((each) =>
            each === null ? '' : figure(each),
          ),
        ]),
    ),
    ...(agreement && agreement.groups.length > 0 ? ['## Agreement', '', agreementMarkdown(agreement)] : []),
    ...section('Faithfulness', ['Method', 'Measure', 'Value', 'Reason'], numbered(of('faithfulness'))),
    ...section('Methods compared', ['Methods', 'Measure', 'Value', 'Reason'], numbered(of('comparison'))),
  ].join('\n');
}

const numbered = (values: readonly Value[]) =>
  values.map(({ row, metric, value, reason }) => [row, metric, value === null ? '–' : figure(value), reason]);

function section(title: string, header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    `## ${title}`,
    '',
    line(header),
    line(header.map(() => '---')),
    ...rows.map((row) => line(row.map(markdownText))),
    '',
  ];
}
