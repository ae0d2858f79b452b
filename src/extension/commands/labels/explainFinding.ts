import { handedFinding } from '../../findings/handedFinding.ts';
import { type Command, NEVER } from '../command.ts';

export const explainFinding: Command = {
  id: 'saliencyLens.explainFinding',
  title: 'Explain Finding',
  palette: NEVER,
  run(ctx, handed, how) {
    const { checked, images } = ctx.findings;
    const finding = handedFinding(ctx.findings, handed);
    ctx.triage.at(finding);
    if (checked)
      ctx.panels.showFinding(finding, {
        model: checked.model || null,
        images,
        aside: how === 'aside',
        keepFocus: how !== undefined,
      });
  },
};
