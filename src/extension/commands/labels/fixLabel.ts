import type { FixBox, LabelChange } from '../../../explainers/contracts/labels/fix.ts';
import { classesChecked } from '../../findings/classNames.ts';
import { handedFinding } from '../../findings/handedFinding.ts';
import { boxNow } from '../../fixes/boxNow.ts';
import { chooseChange } from '../../fixes/chooseChange.ts';
import { A_FINDING, type Command, FINDINGS_CHECKED } from '../command.ts';

export const fixLabel: Command = {
  id: 'saliencyLens.fixLabel',
  title: 'Fix Label…',
  icon: '$(edit)',
  palette: FINDINGS_CHECKED,
  menus: { 'view/item/context': { when: A_FINDING, group: 'inline@4' } },
  async run(ctx, handed, change) {
    const finding = handedFinding(ctx.findings, handed ?? ctx.findingsTree.current());
    const { model, labels } = await classesChecked(ctx);
    const boxes = {
      now: async () =>
        model === undefined
          ? null
          : boxNow(finding, await ctx.client.request('annotations', { image: finding.image, model })),
      draw: (box: FixBox | null) => ctx.panels.drawBox(finding, box),
    };
    const chosen = (change as LabelChange | undefined) ?? (await chooseChange(finding, labels, boxes));
    if (chosen) await ctx.fixes.fix(finding, chosen);
  },
};
