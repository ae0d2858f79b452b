import path from 'node:path';
import * as vscode from 'vscode';
import type { LabelExport } from '../../explainers/contracts/labels/labelExport.ts';
import { ExplainError } from '../../explainers/errors.ts';
import type { Ctx } from '../ctx.ts';
import { pick, say, withCancel } from '../say.ts';
import { classesChecked } from './classNames.ts';

interface Choice {
  readonly label: string;
  readonly detail: string;
  readonly as: LabelExport;
  /** Null: a folder. */
  readonly file: string | null;
}

const CHOICES: readonly Choice[] = [
  {
    label: 'Corrected Copy',
    detail:
      'Copies of the annotation files with the fixes of all labels that were judged wrong. The files themselves stay.',
    as: 'corrected',
    file: null,
  },
  {
    label: 'COCO with Scores',
    detail: 'All labels of the images with findings.',
    as: 'coco',
    file: 'findings.coco.json',
  },
  { label: 'CSV', detail: 'One row per finding and file.', as: 'csv', file: 'findings.csv' },
  {
    label: 'Label Studio Tasks',
    detail: 'The labels, and the corrections as predictions.',
    as: 'labelStudio',
    file: 'tasks.json',
  },
  { label: 'FiftyOne JSON', detail: 'The labels with suspicion and verdict.', as: 'fiftyone', file: 'labels.json' },
];

/** Asks as what and where to, and writes the listed findings with their labels. */
export async function exportLabels({ client, findings, findingsTree, log }: Ctx): Promise<void> {
  const { checked } = findings;
  if (!checked) {
    const next = 'Check the labels first.';
    throw new ExplainError({ kind: 'usage', message: 'There are no findings to export.', next });
  }
  const chosen = await pick(CHOICES, { title: 'Export Labels', placeHolder: 'Of the findings that are listed' });
  const out = chosen && (await placeFor(chosen, checked.target.path));
  if (!chosen || !out) return;
  const { target } = checked;
  const sources = target.kind === 'file' ? { sources: [{ path: target.path }] } : {};
  const classes = await classesChecked({ client, findings });
  const request = { ...classes, findings: findingsTree.order, ...sources, as: chosen.as, out };
  const { files, problems } = await withCancel('Exporting labels', (call) =>
    client.request('exportLabels', request, call),
  );
  for (const each of problems) log.warn(`Export Labels: ${each}`);
  const left = problems.length > 0 ? ` ${problems.length} could not be written; the log says why.` : '';
  if (files.length === 0) return void say.information(`There was nothing to write.${left}`);
  const open = 'Open';
  const answer = await say.information(`Written: ${files.map((file) => path.basename(file)).join(', ')}.${left}`, open);
  if (answer === open) await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(files[0]!));
}

async function placeFor({ file }: Choice, near: string): Promise<string | null> {
  const folder = vscode.Uri.file(path.dirname(near));
  if (file === null) {
    const picked = await vscode.window.showOpenDialog({
      title: 'Export Labels: a folder for the corrected copies',
      openLabel: 'Export Here',
      canSelectFolders: true,
      canSelectFiles: false,
      defaultUri: folder,
    });
    // Never over the files themselves.
    return picked?.[0] ? path.join(picked[0].fsPath, 'corrected') : null;
  }
  const picked = await vscode.window.showSaveDialog({
    title: 'Export Labels',
    defaultUri: vscode.Uri.joinPath(folder, file),
  });
  return picked?.fsPath ?? null;
}
