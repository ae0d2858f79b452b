import { CropsPanel } from '../../crops/cropsPanel.ts';
import { classesOf } from '../../findings/arrangement.ts';
import { classesChecked } from '../../findings/classNames.ts';
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
    const { target } = checked;
    const classes = await classesChecked(ctx);
    const { labels } = classes;
    const label = labelOf(handed) ?? (await chosen(classesOf(all), labels));
    if (label === undefined) return;
    const crops = ctx.client.request('crops', {
      ...classes,
      ...(target.kind === 'file' && { sources: [{ path: target.path }] }),
      ...(target.everyAnnotation && { everyAnnotation: true }),
      folder: target.path,
      index: labels.indexOf(label),
    });
    new CropsPanel(ctx, label, crops);
  },
};

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
