import { IS_ANNOTATION_FILE } from '../../findings/annotationFiles.ts';
import { withLeftOut } from '../../findings/leftOut.ts';
import { HAS_MODELS } from '../../findings/modelsHere.ts';
import { tellOutcome } from '../../findings/outcome.ts';
import { chosenTarget, withModel } from '../../findings/target.ts';
import { requireTrust } from '../../trust.ts';
import { type Command, ON_DISK } from '../command.ts';

export const checkLabels: Command = {
  id: 'saliencyLens.checkLabels',
  title: 'Check Labels',
  menus: {
    'explorer/context': {
      when: `${HAS_MODELS} && ${ON_DISK} && (explorerResourceIsFolder || ${IS_ANNOTATION_FILE})`,
      group: '2_workspace@2',
    },
    'editor/title/context': { when: `${HAS_MODELS} && ${ON_DISK} && ${IS_ANNOTATION_FILE}`, group: '2_files@2' },
  },
  async run(ctx, clicked) {
    requireTrust();
    const target = await chosenTarget(clicked);
    if (!target) return;
    const choice = await withModel(target, ctx.models);
    if (!choice) return;
    const asked = await withLeftOut(choice.target, choice.model, ctx.client);
    if (!asked) return;
    ctx.findingsTree.show();
    await tellOutcome(ctx, () => ctx.labelCheck.run(asked, choice.model));
  },
};
