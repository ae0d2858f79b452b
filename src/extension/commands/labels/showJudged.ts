import { type Command, FINDINGS_CHECKED, IN_FINDINGS } from '../command.ts';

export const showJudged: Command = {
  id: 'saliencyLens.showJudged',
  title: 'Show Judged Findings',
  icon: '$(filter-filled)',
  palette: `${FINDINGS_CHECKED} && saliencyLens.judgedHidden`,
  menus: {
    'view/title': {
      when: `${IN_FINDINGS} && ${FINDINGS_CHECKED} && saliencyLens.judgedHidden`,
      group: 'navigation@2',
    },
  },
  async run(ctx) {
    await ctx.findingsTree.hideJudged(false);
  },
};
