import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { ImportAnswer, ImportRequest } from '../../explainers/contracts/importing.ts';
import type { Ctx } from '../ctx.ts';
import { ask, say, withCancel } from '../say.ts';
import { setting } from '../settings.ts';
import { requireTrust } from '../trust.ts';
import { type ChosenSource, chooseSource, TITLE } from './chooseSource.ts';
import { interpreterFor } from './interpreter.ts';

type Imported = Extract<ImportAnswer, { kind: 'imported' }>;
type Asked = Extract<ImportAnswer, { kind: 'ask' }>;

/** Imports a model with Python: each thing that runs code or goes online is asked for first. */
export async function importModel(ctx: Pick<Ctx, 'client' | 'log'>, clicked: unknown): Promise<void> {
  requireTrust(clicked instanceof vscode.Uri ? clicked.fsPath : undefined);
  const chosen = await chooseSource(clicked);
  if (!chosen) return;
  const first = await agreedRequest(ctx, chosen);
  let request = first;
  while (request) {
    const asked = request;
    const answer = await withCancel(TITLE, (call) => ctx.client.request('importModel', asked, call));
    if (answer.kind === 'imported') return tell(answer);
    request = await withConsent(request, answer);
  }
}

/** Shows the script and asks whether to run it. Null: the user does not want to. */
async function agreedRequest(ctx: Pick<Ctx, 'client' | 'log'>, chosen: ChosenSource): Promise<ImportRequest | null> {
  const plan = await ctx.client.request('planImport', chosen);
  const out = plan.out ?? (await chosenOut(chosen.folder));
  if (out === null) return null;
  const python = await interpreterFor(chosen.folder, ctx.log);
  await vscode.window.showTextDocument(vscode.Uri.file(plan.script), { preview: true });
  const replaced = existsSync(out) ? ` ${path.basename(out)} exists and will be replaced.` : '';
  const agreed = await say.confirm(
    `Run this script to import ${plan.what}?`,
    `The interpreter is ${python}. The script loads the model, which may run code of the model’s authors with your rights, and writes ${out}.${replaced}`,
    'Run Script',
  );
  return agreed ? { ...chosen, out, python, seconds: setting('import.seconds') } : null;
}

async function chosenOut(folder: string): Promise<string | null> {
  const defaultUri = vscode.Uri.file(path.join(folder, 'model.onnx'));
  const out = await vscode.window.showSaveDialog({ title: TITLE, defaultUri, filters: { ONNX: ['onnx'] } });
  return out?.fsPath ?? null;
}

/** The request with what the user agrees to; null: the user does not. */
async function withConsent(request: ImportRequest, { ask: asked, why }: Asked): Promise<ImportRequest | null> {
  if (asked === 'function') {
    const given = await ask({
      title: TITLE,
      prompt: `${why} Name the function that builds it.`,
      placeHolder: 'module:function',
      ignoreFocusOut: true,
    });
    return given?.trim() ? { ...request, function: given.trim() } : null;
  }
  const agreed = await say.confirm(CONSENTS[asked].question, why, CONSENTS[asked].button);
  return agreed ? { ...request, allow: [...(request.allow ?? []), asked] } : null;
}

const CONSENTS = {
  pickle: { question: 'Run the code in this pickle?', button: 'Run Pickle' },
  download: { question: 'Download the model?', button: 'Download' },
} as const;

async function tell({ model, card, notes }: Imported): Promise<void> {
  const name = path.basename(model);
  const text = `${name} gives the same numbers as the model in Python, and is written${card ? ' with its card' : ''}.`;
  const open = 'Open Card';
  const explain = 'Explain Image…';
  // The card has them too, each as a comment.
  const guessed =
    notes.length > 0 ? ` Check what was guessed: ${notes.map((note) => note.replace(/\.$/, '')).join('; ')}.` : '';
  const choice = await say.information(`${text}${guessed}`, explain, ...(card ? [open] : []));
  if (choice === open && card) await vscode.window.showTextDocument(vscode.Uri.file(card));
  if (choice === explain) await vscode.commands.executeCommand('saliencyLens.explainImage');
}
