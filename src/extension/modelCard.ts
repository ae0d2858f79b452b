import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { requireTrust } from './trust.ts';
import type { ExplainerClient } from './worker/client.ts';

/** Writes the card inferred for a bare model beside it and opens it; a card that exists is opened as it is. */
export async function writeModelCard(client: ExplainerClient, model: string): Promise<string> {
  requireTrust(model);
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
