import path from 'node:path';
import { HAS_MODELS } from '../findings/modelsHere.ts';
import { chosenTarget, withModel } from '../findings/target.ts';
import { say } from '../say.ts';
import { setting } from '../settings.ts';
import { requireTrust } from '../trust.ts';
import { type Command, ON_DISK } from './command.ts';

export const evaluateFolder: Command = {
  id: 'saliencyLens.evaluateFolder',
  title: 'Evaluate Folder…',
  menus: {
    'explorer/context': { when: `${HAS_MODELS} && ${ON_DISK} && explorerResourceIsFolder`, group: '2_workspace@3' },
  },
  async run(ctx, clicked) {
    requireTrust();
    const target = await chosenTarget(clicked);
    if (!target) return;
    const folder = target.kind === 'folder' ? target.path : path.dirname(target.path);
    const choice = await withModel({ path: folder, kind: 'folder' }, ctx.models);
    if (!choice) return;
    const out = `${choice.target.path}-results`;
    const methods = setting('methods');
    const question = `Evaluate all images in ${path.basename(choice.target.path)}?`;
    const detail = `${methods.join(', ')}, for every class that is predicted or annotated. The results are written to ${out}. What is there from before is not computed again.`;
    if (!(await say.confirm(question, detail, 'Evaluate'))) return;
    await ctx.evaluation.run({ folder: choice.target.path, model: choice.model, out, methods });
  },
};
