import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Command } from './command.ts';

/** In a package, and in a checkout, where the model of the sample is that of the examples. */
const PLACES = [
  { folder: ['media', 'sample'], image: 'coffee.jpg', model: 'efficientnet-lite0.onnx' },
  { folder: ['examples', 'photos'], image: 'coffee.png', model: 'efficientnet-lite0.onnx' },
] as const;

export const explainSample: Command = {
  id: 'saliencyLens.explainSample',
  title: 'Explain Sample Image',
  async run(ctx) {
    const at = (folder: readonly string[], name: string) =>
      vscode.Uri.joinPath(ctx.extensionUri, ...folder, name).fsPath;
    const place = PLACES.find(({ folder, model }) => existsSync(at(folder, model))) ?? PLACES[0];
    ctx.panels.warmUp();
    await ctx.panels.open([at(place.folder, place.image)]);
  },
};
