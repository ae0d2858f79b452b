import { dirname } from 'node:path';
import { readWholeFile, TooLarge } from '../../files/plainFile.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Opening } from '../importer.ts';
import { kerasMetadata } from '../keras/metadata.ts';
import { isObject, type Json } from '../layers/config.ts';
import { graphOfNetwork } from '../layers/graphOf.ts';
import { readNetwork } from '../layers/readNetwork.ts';
import { WeightsByName } from '../layers/weightsByName.ts';
import { damaged, unread } from '../problem.ts';
import { graphOfGraphModel } from './graphModel.ts';
import { Shards } from './shards.ts';

/** A topology is text; no real one is as large. */
const LARGEST = 256 * 2 ** 20;

/**
 * Reads a TensorFlow.js model of layers, as Keras 2 and 3 write them, or of operations.
 * @throws ExplainError `model`, `unsupported`
 */
export async function readTfjs(path: string, opening: Opening = () => {}): Promise<Graph> {
  const text = await readWholeFile(path, LARGEST).catch((thrown: unknown) => {
    if (thrown instanceof TooLarge) throw damaged(`The model's description is larger than 256 MB.`, path);
    throw thrown;
  });
  const model = parsed(text, path);
  const topology = isObject(model) ? model.modelTopology : undefined;
  if (!isObject(model) || !isObject(topology))
    throw damaged('The TensorFlow.js model has no description of its layers.', path);
  const shards = new Shards(dirname(path), opening, path);
  try {
    const weights = shards.weights(model.weightsManifest);
    if (Array.isArray(topology.node)) return graphOfGraphModel(model, topology, weights, path);
    const list = weights.map(({ name, read }) => ({
      name,
      read: () => {
        const tensor = read();
        if (tensor.dtype === 'float32') return tensor;
        throw unread(`The weight '${name}' holds integers.`, path, 'Convert the model to TensorFlow.js again.');
      },
    }));
    const network = readNetwork(topology.model_config ?? topology, path);
    const version = typeof topology.keras_version === 'string' ? topology.keras_version : '';
    return graphOfNetwork(network, new WeightsByName(() => list, false), {
      path,
      old: !version.startsWith('3'),
      metadata: kerasMetadata(network),
    });
  } finally {
    shards.close();
  }
}

function parsed(text: Buffer, path: string): Json {
  try {
    return JSON.parse(text.toString('utf8').replace(/^\uFEFF/, '')) as Json;
  } catch (cause) {
    throw damaged('The TensorFlow.js model is not valid JSON.', path, 'Convert or download the model again.', cause);
  }
}
