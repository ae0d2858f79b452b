import { ExplainError } from '../../../explainers/errors.ts';
import { CropsPanel } from '../../crops/cropsPanel.ts';
import type { Ctx } from '../../ctx.ts';
import { classesOf } from '../../findings/arrangement.ts';
import { pick } from '../../say.ts';
import { type Command, FINDINGS_CHECKED, IN_FINDINGS } from '../command.ts';

export const showCrops: Command = {
  id: 'saliencyLens.showCrops',
  title: 'Show Crops of a Class…',
  icon: '$(gallery)',
  palette: FINDINGS_CHECKED,
  menus: {
    'view/item/context': { when: `${IN_FINDINGS} && viewItem =~ /^(class|finding\\.)/`, group: '3_crops@1' },
    'view/title': { when: `${IN_FINDINGS} && ${FINDINGS_CHECKED}`, group: '1_order@2' },
  },
  async run(ctx, handed) {
    const { checked, all } = ctx.findings;
    if (!checked) return;
    const { model, target } = checked;
    const labels = await classesIn(ctx);
    const label = labelOf(handed) ?? (await chosen(classesOf(all), labels));
    if (label === undefined) return;
    const crops = ctx.client.request('crops', {
      ...(model === '' ? { labels } : { model }),
      ...(target.kind === 'file' && { sources: [{ path: target.path }] }),
      ...(target.everyAnnotation && { everyAnnotation: true }),
      folder: target.path,
      index: labels.indexOf(label),
    });
    new CropsPanel(ctx, label, crops);
  },
};

/** Those of the model; of predictions, those that were checked. */
async function classesIn({ client, findings }: Pick<Ctx, 'client' | 'findings'>): Promise<readonly string[]> {
  const { model = '', summary } = findings.checked ?? {};
  if (model !== '') return (await client.request('describe', { model })).card.labels;
  if (summary) return summary.classes.map(({ label }) => label);
  throw new ExplainError({
    kind: 'usage',
    message: 'The classes of the predictions are known when the check has ended.',
    next: 'Check the labels to the end, and show the crops then.',
  });
}

/** The class of a group or of a finding of the tree. */
function labelOf(handed: unknown): string | undefined {
  if (typeof handed !== 'object' || handed === null) return undefined;
  if ('by' in handed && handed.by === 'class' && 'name' in handed) return String(handed.name);
  if (!('finding' in handed)) return undefined;
  const { label } = handed.finding as { readonly label?: unknown };
  return typeof label === 'string' ? label : undefined;
}

/** Those with findings first. */
async function chosen(found: readonly string[], labels: readonly string[]): Promise<string | undefined> {
  const names = [...found, ...labels.filter((label) => !found.includes(label))];
  const items = names.map((name, at) => ({ label: name, description: at < found.length ? 'has findings' : '', at }));
  const choice = await pick(items, {
    title: 'Show Crops of a Class',
    placeHolder: 'All its boxes or images, the most suspicious first',
  });
  return choice && names[choice.at];
}
