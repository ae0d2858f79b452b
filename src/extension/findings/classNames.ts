import type { ClassNames } from '../../explainers/contracts/labels/classNames.ts';
import { ExplainError } from '../../explainers/errors.ts';
import type { ExplainerClient } from '../worker/client.ts';
import type { Findings } from './findings.ts';

/** The classes of the model that the labels were checked with; of predictions, those that were checked. */
export async function classesChecked({
  client,
  findings,
}: {
  readonly client: Pick<ExplainerClient, 'request'>;
  readonly findings: Pick<Findings, 'checked'>;
}): Promise<ClassNames & { readonly labels: readonly string[] }> {
  const { model = '', summary } = findings.checked ?? {};
  if (model !== '') return { model, labels: (await client.request('describe', { model })).card.labels };
  if (summary) return { labels: summary.classes.map(({ label }) => label) };
  throw new ExplainError({
    kind: 'usage',
    message: 'The classes of the predictions are known when the check has ended.',
    next: 'Check the labels to the end first.',
  });
}
