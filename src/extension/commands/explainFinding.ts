import { handedFinding } from '../findings/handedFinding.ts';
import { type Command, NEVER } from './command.ts';

export const explainFinding: Command = {
  id: 'saliencyLens.explainFinding',
  title: 'Explain Finding',
  palette: NEVER,
  run(ctx, handed, aside) {
    const { checked, images } = ctx.findings;
    const finding = handedFinding(ctx.findings, handed);
    if (checked) ctx.panels.showFinding(finding, { model: checked.model || null, images, aside: aside === true });
  },
};
