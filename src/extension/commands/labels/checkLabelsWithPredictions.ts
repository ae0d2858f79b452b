import path from 'node:path';
import * as vscode from 'vscode';
import { tellOutcome } from '../../findings/outcome.ts';
import { chosenTarget, withModel } from '../../findings/target.ts';
import { pick } from '../../say.ts';
import { requireTrust } from '../../trust.ts';
import type { Command } from '../command.ts';

const NO_MODEL = '';

/** Asks for a file of predictions made elsewhere, and whether a model gives the evidence. */
export const checkLabelsWithPredictions: Command = {
  id: 'saliencyLens.checkLabelsWithPredictions',
  title: 'Check Labels with Predictions…',
  async run(ctx, clicked) {
    requireTrust();
    const target = await chosenTarget(clicked);
    if (!target) return;
    const [file] =
      (await vscode.window.showOpenDialog({
        title: 'Predictions for the images: probabilities of each class, by file name',
        openLabel: 'Check',
        defaultUri: vscode.Uri.file(target.kind === 'folder' ? target.path : path.dirname(target.path)),
        filters: { Predictions: ['csv', 'tsv', 'parquet', 'npy'] },
      })) ?? [];
    if (!file) return;
    const beside = await pick(
      [
        { label: 'Only the predictions', detail: 'Boxes are not compared with a model’s evidence.', model: false },
        { label: 'The predictions, with a model’s evidence', detail: 'The model runs on every image.', model: true },
      ],
      { title: 'Check Labels with Predictions', placeHolder: 'What the labels are compared with' },
    );
    if (!beside) return;
    const chosen = beside.model ? await withModel(target, ctx.models) : { target, model: NO_MODEL };
    if (!chosen) return;
    ctx.findingsTree.show();
    const withPredictions = { ...chosen.target, predictions: file.fsPath };
    await tellOutcome(ctx, () => ctx.labelCheck.run(withPredictions, chosen.model));
  },
};
