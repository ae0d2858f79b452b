import type { ImportAnswer } from '../../contracts/importing.ts';
import { written } from '../../unseen.ts';
import { bold } from './style.ts';
import { wrapped } from './textTable.ts';

/** What an import wrote, for a person. */
export function importPage(answer: Extract<ImportAnswer, { kind: 'imported' }>, width: number): string {
  const text = (line: string) => wrapped(written(line), width, '  ');
  const { model, card, compared, notes } = answer;
  const batches = compared.map(({ batch, difference }) => `${difference.toPrecision(2)} for a batch of ${batch}`);
  return [
    bold(written(model)),
    text(card === null ? 'No card was written, because the model cannot be explained yet.' : `Card: ${card}`),
    text(`Difference from the model, as a share of its largest output: ${batches.join(', ')}.`),
    ...notes.map(text),
    '',
  ].join('\n');
}
