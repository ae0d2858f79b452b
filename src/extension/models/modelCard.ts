import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { diskError } from '../../explainers/files/diskError.ts';
import { besideModel } from '../../explainers/files/modelFiles.ts';
import { writeWhole } from '../../explainers/files/writeWhole.ts';
import { requireTrust } from '../trust.ts';
import type { ExplainerClient } from '../worker/client.ts';

/** Writes the card inferred for a bare model next to it and opens it; an existing card is opened unchanged. */
export async function writeModelCard(client: ExplainerClient, model: string): Promise<string> {
  requireTrust(model);
  const card = await cardFile(client, model);
  await vscode.window.showTextDocument(vscode.Uri.file(card), {
    preview: false,
    viewColumn: vscode.ViewColumn.Beside,
  });
  return card;
}

/** Where a model’s card is, or would be. */
export const cardBeside = (model: string): string =>
  model.endsWith('.explain.json') ? model : besideModel(model, '.explain.json');

async function cardFile(client: ExplainerClient, model: string): Promise<string> {
  if (model.endsWith('.explain.json')) return model;
  const { path, text } = await client.request('inferredCard', { model });
  if (existsSync(path)) return path;
  try {
    // If somebody else has written one in the meantime, theirs stays.
    await writeWhole(path, text, { replace: false });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST')
      throw diskError(thrown, path, 'The model card', 'copy the model to a writable folder');
  }
  return path;
}
