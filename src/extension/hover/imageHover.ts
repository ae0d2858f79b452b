import path from 'node:path';
import * as vscode from 'vscode';
import type { Glance } from '../../explainers/contracts/glance.ts';
import { errorReport } from '../../explainers/errors.ts';
import type { Log } from '../log.ts';
import type { ModelMemory } from '../models/modelMemory.ts';
import { type HoverPicture, hoverOf } from '../say.ts';
import { setting } from '../settings.ts';
import type { ExplainerClient } from '../worker/client.ts';
import { namedImage } from './namedImage.ts';
import { pathsAt } from './pathsAt.ts';

/** The longest side of a picture, in its pixels and as it is shown: VS Code's hovers are 250 pixels high. */
const SIDE = 240;
const SHOWN_SIDE = 160;

/** Nobody waits longer for a hover. */
const MOST_MILLISECONDS = 15_000;

const DOCUMENTS: vscode.DocumentSelector = [
  ...['python', 'json', 'jsonc', 'jsonl', 'yaml', 'csv', 'tsv', 'markdown'].map((language) => ({
    language,
    scheme: 'file',
  })),
  // Without an extension for them these are plain text.
  { scheme: 'file', pattern: '**/*.{csv,tsv,jsonl,ndjson}' },
];

interface Parts {
  readonly client: ExplainerClient;
  readonly models: ModelMemory;
  readonly log: Log;
}

/** The image whose path is under the pointer, and what the model that is in use sees in it. */
export function registerImageHover(parts: Parts): vscode.Disposable {
  return vscode.languages.registerHoverProvider(DOCUMENTS, {
    provideHover: (document, position, token) => provide(parts, document, position, token),
  });
}

async function provide(
  { client, models, log }: Parts,
  document: vscode.TextDocument,
  position: vscode.Position,
  token: vscode.CancellationToken,
): Promise<vscode.Hover | undefined> {
  if (!vscode.workspace.isTrusted || !setting('hover')) return undefined;
  const texts = pathsAt(document.lineAt(position.line).text, position.character);
  if (texts.length === 0) return undefined;
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const workspace = folders.map(({ uri }) => uri.fsPath);
  const named = await namedImage(texts, document.uri.fsPath, workspace);
  if (!named || token.isCancellationRequested) return undefined;
  const { image, text } = named;
  const left = new AbortController();
  token.onCancellationRequested(() => left.abort());
  const signal = AbortSignal.any([left.signal, AbortSignal.timeout(MOST_MILLISECONDS)]);
  const model = models.known(image);
  try {
    const glance = await client.request('glance', { image, model, side: SIDE }, { signal, patient: true });
    const range = new vscode.Range(position.line, text.start, position.line, text.end);
    return new vscode.Hover(hoverOf(paragraphs(glance, model)), range);
  } catch (thrown) {
    const { kind, message } = errorReport(thrown);
    if (kind !== 'cancelled') log.info(`No hover for ${image}: ${message}`);
    return undefined;
  }
}

/** What a hover says. */
export function paragraphs(glance: Glance, model: string | null): readonly (string | readonly HoverPicture[])[] {
  const { image, size, format, picture, seen } = glance;
  const ratio = Math.min(1, SHOWN_SIDE / Math.max(glance.shown[0], glance.shown[1]));
  const [height, width] = [glance.shown[0] * ratio, glance.shown[1] * ratio];
  const about = `${path.basename(image)} · ${size[1]} × ${size[0]} · ${format}`;
  const shown: HoverPicture[] = [{ jpeg: picture, width, height, about: 'The image' }];
  if (seen === null || model === null)
    return [about, shown, 'No model is in use for this folder yet. Explain Image shows what a model sees in it.'];
  if ('error' in seen) return [about, shown, `${path.basename(model)}: ${seen.error.message}`];
  const [best] = seen.best;
  if (seen.overlay) shown.push({ jpeg: seen.overlay, width, height, about: 'A heatmap of the best class' });
  return [
    about,
    shown,
    seen.best.map(({ label, score }) => `${label} ${scoreText(score)}`).join(', '),
    seen.method && best
      ? `${seen.method} of ${best.label}, by ${path.basename(model)}`
      : `By ${path.basename(model)}, for which no quick method has a heatmap`,
  ];
}

/** 0.76, and 0.0004 rather than 0.00. */
const scoreText = (score: number) =>
  Math.abs(score) >= 0.01 ? score.toFixed(2) : score === 0 ? '0' : score.toPrecision(1);
