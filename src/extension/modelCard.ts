import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { ExplainError } from '../explainers/errors.ts';
import type { ExplainerClient } from './worker/client.ts';

/** Writes the card inferred for a bare model beside it and opens it; a card that exists is opened as it is. */
export async function writeModelCard(client: ExplainerClient, model: string): Promise<string> {
  if (!vscode.workspace.isTrusted) {
    throw new ExplainError({
      kind: 'usage',
      message: 'This workspace is not trusted, so no model is opened.',
      subject: model,
      next: 'Trust the workspace first (Workspaces: Manage Workspace Trust).',
    });
  }
  const card = await cardFile(client, model);
  await vscode.window.showTextDocument(vscode.Uri.file(card), {
    preview: false,
    viewColumn: vscode.ViewColumn.Beside,
  });
  return card;
}

async function cardFile(client: ExplainerClient, model: string): Promise<string> {
  if (model.endsWith('.explain.json')) return model;
  const { path, text } = await client.request('inferredCard', { model });
  if (!existsSync(path)) await writeFile(path, text, { flag: 'wx' });
  return path;
}
