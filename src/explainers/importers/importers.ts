import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { ExplainError } from '../errors.ts';
import { openFileToRead } from '../files/plainFile.ts';
import type { Graph } from '../graph/graph.ts';
import { type Importer, type Opening, SNIFF_BYTES } from './importer.ts';
import { h5Importer } from './keras/h5.ts';
import { kerasImporter } from './keras/keras.ts';
import { onnxImporter } from './onnx/onnx.ts';
import { nextForPlace, otherModel, otherModelByName, whatPlace } from './otherModels.ts';
import { readSavedModel, savedModelFile } from './savedModel/savedModel.ts';
import { tfjsImporter } from './tfjs/tfjs.ts';

/** Every model format that can be read. */
export const IMPORTERS: readonly Importer[] = [onnxImporter, kerasImporter, h5Importer, tfjsImporter];

/**
 * Reads a model file of any known format, which is recognised by its content first and by its extension second.
 * @throws ExplainError `model` if the file does not exist or has no known format
 */
export async function openModel(path: string, opening: Opening = () => {}): Promise<Graph> {
  const saved = savedModelFile(path);
  if (saved !== undefined) return readSavedModel(saved, opening);
  opening(path);
  const head = await readHead(path);
  const extension = extname(path).toLowerCase();
  const sniffed = IMPORTERS.find((candidate) => candidate.sniff(head));
  const other = sniffed?.certain ? undefined : otherModel(head, path, sniffed !== undefined);
  if (other) throw other;
  const importer = sniffed ?? IMPORTERS.find((candidate) => candidate.extensions.includes(extension));
  if (!importer) {
    throw new ExplainError({
      kind: 'model',
      message: `${basename(path)} is not a readable model.`,
      subject: path,
      next: `Give a model file of one of these formats: ${IMPORTERS.map((known) => known.title).join(', ')}.`,
    });
  }
  try {
    return await importer.read(path, opening);
  } catch (thrown) {
    const named = thrown instanceof ExplainError && thrown.kind === 'model' ? otherModelByName(path) : undefined;
    throw named ?? thrown;
  }
}

async function readHead(path: string): Promise<Uint8Array> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) {
    throw new ExplainError({
      kind: 'model',
      message: found ? `${basename(path)} is ${whatPlace(path)}.` : `There is no model file ${basename(path)}.`,
      subject: path,
      next: found ? nextForPlace(path) : 'Check the path of the model.',
    });
  }
  const file = await openFileToRead(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
