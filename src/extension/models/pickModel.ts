import path from 'node:path';
import * as vscode from 'vscode';
import { MODEL_ENDINGS } from '../../explainers/files/modelFiles.ts';
import { pick } from '../say.ts';

/** Asks for any model file or card. Undefined: the user cancelled. */
export async function browseModel(title: string, openLabel: string): Promise<string | undefined> {
  const filters = { Models: [...MODEL_ENDINGS, 'json'] };
  const picked = await vscode.window.showOpenDialog({ title, openLabel, filters });
  return picked?.[0]?.fsPath;
}

/** Asks for a model card or a model: those found near the image, or any other file. Null: the user cancelled. */
export async function pickModel(
  models: readonly string[],
  present: string | null,
  image: string,
): Promise<string | null> {
  const items = models.map((model) => ({
    label: path.basename(model),
    description: `${path.relative(path.dirname(image), path.dirname(model)) || '.'}${model === present ? ' · in use' : ''}`,
    model,
  }));
  const browse = {
    label: 'Browse…',
    description: 'a model card (.explain.json) or a model (.onnx, .keras, .h5, model.json)',
    model: null,
  };
  const choice =
    items.length === 0
      ? browse
      : await pick([...items, browse], {
          title: 'Choose Model',
          placeHolder: 'The model for the images of this folder',
        });
  if (!choice) return null;
  if (choice.model !== null) return choice.model;
  const picked = await vscode.window.showOpenDialog({
    title: 'Choose Model',
    openLabel: 'Use Model',
    defaultUri: vscode.Uri.file(path.dirname(image)),
    filters: { 'Model cards and models': ['json', ...MODEL_ENDINGS], 'All files': ['*'] },
  });
  return picked?.[0]?.fsPath ?? null;
}
