import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Graph } from '../graph/graph.ts';
import { weightBytes } from '../graph/weightBytes.ts';
import { writeOnnxWithWeights } from '../importers/onnx/write.ts';
import { byteChunks } from '../tensor/storedTensor.ts';

/** Smaller models are passed in memory, because a file gains nothing. */
const SMALLEST_FILE = 2 ** 20;

const WEIGHTS = 'weights.bin';

/** A model as files in a separate folder that only this user can read. */
export interface ModelFiles {
  readonly model: string;
  remove(): Promise<void>;
}

/**
 * Writes a graph with many weights as a model file and a weights file. A runtime maps the weights file instead of
 * reading and copying it, which halves the memory while a session is created and removes the limit of 2 GB. Null if
 * that is impossible or not worthwhile: on Windows a mapped file cannot be deleted before its session ends, and the
 * disk may be full.
 */
export async function writeModelFiles(graph: Graph): Promise<ModelFiles | null> {
  if (process.platform === 'win32' || weightBytes(graph) < SMALLEST_FILE) return null;
  let folder: string | undefined;
  const remove = async () => {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true }).catch(() => {});
  };
  try {
    folder = await mkdtemp(path.join(tmpdir(), 'saliency-lens-'));
    const { model, weights, bytes } = writeOnnxWithWeights(graph, WEIGHTS);
    const file = await open(path.join(folder, WEIGHTS), 'wx', 0o600);
    try {
      let written = 0;
      for (const { padding, tensor } of weights) {
        // A stored tensor's elements are copied from file to file, and are never in memory all at once.
        for (const part of [new Uint8Array(padding), ...byteChunks(tensor)]) {
          written += (await file.writev([part])).bytesWritten;
        }
      }
      if (written !== bytes) throw new Error('the disk is full');
    } finally {
      await file.close();
    }
    const place = path.join(folder, 'model.onnx');
    await writeFile(place, model);
    return { model: place, remove };
  } catch {
    await remove();
    return null;
  }
}
