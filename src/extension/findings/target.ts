import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { naturally } from '../images.ts';
import type { ModelMemory } from '../models/modelMemory.ts';
import { pickModel } from '../models/pickModel.ts';
import { pick } from '../say.ts';
import { isAnnotationName } from './annotationFiles.ts';
import type { CheckTarget } from './checked.ts';

/** How many folders with models the picker lists; larger workspaces have better ways of finding one. */
const MAX_CARDS = 50;

/** The check's target: passed by the menu, else chosen by the user. Null: nothing was chosen. */
export async function chosenTarget(clicked: unknown): Promise<CheckTarget | null> {
  if (clicked instanceof vscode.Uri) return targetAt(clicked.fsPath);
  const active = vscode.window.activeTextEditor?.document.uri;
  const folders = new Set((vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath));
  for (const card of await cardsBelow()) folders.add(path.dirname(card));
  const items = [
    ...(active?.scheme === 'file' && isAnnotationName(active.fsPath) ? [active.fsPath] : []),
    ...[...folders].sort(naturally),
  ].map((each) => ({ label: path.basename(each), description: vscode.workspace.asRelativePath(each), path: each }));
  const browse = { label: 'Browse…', description: 'another folder', path: null };
  const choice =
    items.length === 0
      ? browse
      : await pick([...items, browse], {
          title: 'Check Labels',
          placeHolder: 'The folder or annotation file whose labels to check',
        });
  if (!choice) return null;
  if (choice.path !== null) return targetAt(choice.path);
  const picked = await vscode.window.showOpenDialog({
    title: 'Check Labels',
    openLabel: 'Check',
    canSelectFolders: true,
    canSelectFiles: false,
  });
  return picked?.[0] ? targetAt(picked[0].fsPath) : null;
}

export interface Choice {
  readonly target: CheckTarget;
  readonly model: string;
}

/**
 * Pairs the target with its model: the one found near it, or the user's choice if there are several. If several models
 * are below the requested folder, each is for the images of its own folder. Null: none was chosen.
 */
export async function withModel(target: CheckTarget, models: ModelMemory): Promise<Choice | null> {
  const anImage = target.kind === 'folder' ? path.join(target.path, 'image') : target.path;
  const near = await models.find(anImage);
  const below = near.models.length === 0 && target.kind === 'folder' ? await cardsBelow(target.path) : [];
  const [only, ...more] = [...near.models, ...below];
  if (only !== undefined && more.length === 0) return { target, model: only };
  const model = await pickModel([...near.models, ...below], near.model, anImage);
  if (model === null) return null;
  if (below.includes(model)) return { target: { ...target, path: folderOf(model, target.path) }, model };
  await models.choose(anImage, model);
  return { target, model };
}

const MODEL_FOLDER = /^(models?|weights|checkpoints)$/i;

/** The folder below `root` whose images a model is for: its own folder, or the parent of its folder of models. */
export function folderOf(model: string, root: string): string {
  const below = path.relative(root, path.dirname(model)).split(path.sep);
  const models = below.findIndex((name) => MODEL_FOLDER.test(name));
  return path.join(root, ...(models < 0 ? below : below.slice(0, models)));
}

async function targetAt(file: string): Promise<CheckTarget> {
  const isFolder = await stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return { path: file, kind: isFolder ? 'folder' : 'file' };
}

async function cardsBelow(folder?: string): Promise<readonly string[]> {
  const pattern = '**/*.explain.json';
  const found = await vscode.workspace.findFiles(
    folder === undefined ? pattern : new vscode.RelativePattern(vscode.Uri.file(folder), pattern),
    '**/node_modules/**',
    MAX_CARDS,
  );
  return found.map(({ fsPath }) => fsPath).sort(naturally);
}
