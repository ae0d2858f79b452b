import { handedFinding } from '../../findings/handedFinding.ts';
import { type Command, NEVER } from '../command.ts';

export const explainFinding: Command = {
  id: 'saliencyLens.explainFinding',
  title: 'Explain Finding',
  palette: NEVER,
  run(ctx, handed, how) {
    const finding = handedFinding(ctx.findings, handed);
    ctx.triage.at(finding);
    ctx.panels.showFinding(finding, { aside: how === 'aside', keepFocus: how !== undefined });
  },
};
