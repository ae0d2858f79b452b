import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Graph } from '../graph/graph.ts';
import { weightBytes } from '../graph/weightBytes.ts';
import { writeOnnxWithWeights } from '../importers/onnx/write.ts';
import { byteChunks } from '../tensor/storedTensor.ts';

/** Models with less are handed over in memory: nothing is gained with a file. */
const SMALLEST_FILE = 2 ** 20;

const WEIGHTS = 'weights.bin';

/** A model as files in a folder of its own, which only this user can read. */
export interface ModelFiles {
  readonly model: string;
  remove(): Promise<void>;
}

/**
 * Writes a graph with many weights as a model file and a file of its weights, which a runtime maps into memory instead of
 * reading and copying them: half the memory while a session is made, and no limit of 2 GB. Null where that cannot be done or
 * is not worth it: on Windows a mapped file cannot be deleted before its session ends, and the disk may be full.
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
        // A stored tensor's elements are copied from file to file, and never held whole.
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
