import { type Command, FINDINGS_CHECKED, IN_FINDINGS } from '../command.ts';

export const hideJudged: Command = {
  id: 'saliencyLens.hideJudged',
  title: 'Hide Judged Findings',
  icon: '$(filter)',
  palette: `${FINDINGS_CHECKED} && !saliencyLens.judgedHidden`,
  menus: {
    'view/title': {
      when: `${IN_FINDINGS} && ${FINDINGS_CHECKED} && !saliencyLens.judgedHidden`,
      group: 'navigation@2',
    },
  },
  async run(ctx) {
    await ctx.findingsTree.hideJudged(true);
  },
};
