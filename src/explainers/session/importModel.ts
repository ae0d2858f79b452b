import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Call } from '../contracts/call.ts';
import type { ImportAnswer, ImportPlan, ImportRequest } from '../contracts/importing.ts';
import { ExplainError } from '../errors.ts';
import { errorText } from '../errorText.ts';
import { diskError } from '../files/diskError.ts';
import { makeFolder } from '../files/makeFolder.ts';
import { openFileToRead, readWholeFileSync } from '../files/plainFile.ts';
import { writeTogether, writeWhole } from '../files/writeWhole.ts';
import type { Graph } from '../graph/graph.ts';
import { toBytes } from '../images/display.ts';
import { openModel } from '../importers/importers.ts';
import { cardText } from '../models/card/writeCard.ts';
import { explainable } from '../models/explainable.ts';
import { importedSettings } from '../models/origin/imported.ts';
import { fieldOf } from '../models/origin/origin.ts';
import { type Line, runPython } from '../python/child.ts';
import { type Exported, outcomeOf } from '../python/report.ts';
import { PHOTO } from '../python/shipped.ts';
import { type Source, scriptOf, sourceOf } from '../python/source.ts';
import { compareExport } from './models/importedGraph.ts';
import type { Opening } from './opening.ts';

/** The time limit, in seconds. */
const SECONDS = 600;
const LONGEST_SCRIPT = 2 ** 20;

export function planImport({ source, folder }: Pick<ImportRequest, 'source' | 'folder'>): ImportPlan {
  const found = sourceOf(source, folder);
  const script = scriptOf(found);
  const text = readWholeFileSync(script, LONGEST_SCRIPT).toString('utf8');
  return { script, text, what: found.what, out: found.out };
}

/**
 * Has Python export a model, and writes the export with its card if it gives the model's numbers. Until then,
 * everything is in a temporary folder.
 */
export async function importModel(request: ImportRequest, opening: Opening, call: Call): Promise<ImportAnswer> {
  const source = sourceOf(request.source, request.folder);
  const out = checkedOut(request.out);
  const work = await mkdtemp(path.join(os.tmpdir(), 'saliency-lens-import-'));
  const say = (message: string) => call.onProgress?.({ stage: 'import', message, fraction: null });
  try {
    const exported = await runScript(request, source, work, opening, say, call.signal);
    if ('kind' in exported) return exported;
    say('Comparing the export with the model');
    const made = path.join(work, path.basename(out));
    const graph = await openModel(made);
    const engine = await opening.models.engine();
    const compared = await compareExport(graph, exported, work, engine, source.source, call.signal);
    const card = cardFor(graph, out, exported);
    await write(made, out);
    const kept = card.text === null ? null : await writeCard(card.path, card.text);
    return {
      kind: 'imported',
      model: out,
      card: card.text === null ? null : card.path,
      compared,
      notes: [...exported.notes, ...card.notes, ...(kept ? [kept] : [])].map(errorText),
    };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function checkedOut(out: string): string {
  if (out.toLowerCase().endsWith('.onnx')) return out;
  throw new ExplainError({
    kind: 'usage',
    message: `The file to write is '${path.basename(out)}', but an export is an ONNX file.`,
    subject: out,
    next: 'Choose a name that ends in .onnx.',
  });
}

async function runScript(
  request: ImportRequest,
  source: Source,
  work: string,
  { images }: Opening,
  say: (message: string) => void,
  signal?: AbortSignal,
): Promise<ReturnType<typeof outcomeOf>> {
  const { image } = await images.open(request.image ?? PHOTO, signal);
  const picture = path.join(work, 'picture.rgb');
  await writeWhole(picture, image.channels === 3 ? toBytes(image) : repeated(toBytes(image)));
  const job = {
    kind: source.kind,
    source: source.source,
    folder: request.folder,
    ...(source.kind === 'file' && { beside: path.dirname(source.source) }),
    out: work,
    name: path.basename(request.out),
    picture: { file: picture, size: image.size },
    allow: request.allow ?? [],
    ...(request.function !== undefined && { function: request.function }),
    ...(request.size && { size: request.size }),
  };
  let last: Line | undefined;
  const ended = await runPython({
    python: request.python,
    args: [scriptOf(source), JSON.stringify(job)],
    folder: request.folder,
    seconds: request.seconds ?? SECONDS,
    signal,
    onLine: (line) => {
      if (typeof line['step'] === 'string') say(line['step']);
      else last = line;
    },
  });
  return outcomeOf(last, ended, source, request.python);
}

/** Grey pixels as red, green and blue. */
function repeated(grey: Uint8Array): Uint8Array {
  const colours = new Uint8Array(3 * grey.length);
  for (let i = 0; i < colours.length; i++) colours[i] = grey[Math.trunc(i / 3)]!;
  return colours;
}

interface MadeCard {
  readonly path: string;
  /** Null: the model cannot be explained. */
  readonly text: string | null;
  readonly notes: readonly string[];
}

/** The card of an export: what the model's origin says, and guesses for the rest. */
function cardFor(graph: Graph, out: string, { about, compare }: Exported): MadeCard {
  const notes: string[] = [];
  const [shape] = compare;
  if (fieldOf(about, 'sizeGuessed') === true) {
    const size = fieldOf(about, 'layout') === 'nhwc' ? shape?.image.slice(1, 3) : shape?.image.slice(2);
    notes.push(`The size of the image, ${size?.join(' × ')}, is a guess; --size HxW sets it.`);
  }
  if (compare.every(({ batch }) => batch === shape?.batch)) {
    notes.push(`The model takes batches of ${shape?.batch} only.`);
  }
  const card = out.replace(/\.onnx$/i, '.explain.json');
  try {
    const fields = { model: path.basename(out) };
    const file = { model: out, path: null, text: { fields, at: () => out }, beside: importedSettings(about) };
    const { card: resolved } = explainable(graph, file);
    return { path: card, text: cardText(resolved), notes: [...notes, ...resolved.guesses] };
  } catch (thrown) {
    if (!(thrown instanceof ExplainError)) throw thrown;
    return { path: card, text: null, notes: [...notes, `${thrown.message} ${thrown.next ?? ''}`.trim()] };
  }
}

/** The export, and the file with its weights where it is too large for one. */
async function write(made: string, out: string): Promise<void> {
  const endings = ['.data', ''].filter((ending) => existsSync(made + ending));
  const files = await Promise.all(endings.map((ending) => openFileToRead(made + ending)));
  const contents = files.map((file) => file.createReadStream({ highWaterMark: 2 ** 20, autoClose: false }));
  try {
    await makeFolder(path.dirname(out));
    await writeTogether(endings.map((ending, i) => [out + ending, contents[i]!] as const));
  } catch (thrown) {
    throw diskError(thrown, out, 'The ONNX file', 'choose another folder with --out');
  } finally {
    for (const file of files) await file.close();
  }
}

/** Writes the card, but never over one that a person may have edited; returns a note about that. */
async function writeCard(file: string, text: string): Promise<string | null> {
  try {
    await writeWhole(file, text, { replace: false });
    return null;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw diskError(thrown, file, 'The model card', 'choose another folder with --out');
    }
    return `${path.basename(file)} was there already and stays as it is.`;
  }
}
