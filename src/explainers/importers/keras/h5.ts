import { closeSync, fstatSync } from 'node:fs';
import { openFileToReadSync } from '../../files/plainFile.ts';
import type { Graph } from '../../graph/graph.ts';
import { float32 } from '../../tensor/tensor.ts';
import type { Importer, Opening } from '../importer.ts';
import type { Json } from '../layers/config.ts';
import { graphOfNetwork } from '../layers/graphOf.ts';
import { readNetwork } from '../layers/readNetwork.ts';
import { type NamedWeight, WeightsByName } from '../layers/weightsByName.ts';
import { damaged, unread } from '../problem.ts';
import { type Hdf5Content, readHdf5 } from './hdf5.ts';
import { kerasMetadata } from './metadata.ts';

/** Keras models in one HDF5 file, as Keras 1, 2 and 3 write them. */
export const h5Importer: Importer = {
  id: 'h5',
  title: 'Keras (.h5)',
  extensions: ['.h5', '.hdf5'],
  sniff: (head) => Buffer.from(head.subarray(0, 8)).toString('latin1') === '\x89HDF\r\n\x1a\n',
  certain: true,
  read: readH5,
};

async function readH5(path: string, opening: Opening = () => {}): Promise<Graph> {
  opening(path);
  const descriptor = openFileToReadSync(path);
  try {
    const content = await readHdf5({ source: descriptor, offset: 0, length: fstatSync(descriptor).size, path });
    return graphOfFile(content, path);
  } finally {
    closeSync(descriptor);
  }
}

function graphOfFile(content: Hdf5Content, path: string): Graph {
  const root = content.attributes.get('/') ?? new Map();
  const settings = textOf(root, 'model_config');
  if (settings === undefined) throw noModel(content, path);
  const model = parsed(settings, path);
  const network = readNetwork(model, path);
  const version = textOf(root, 'keras_version') ?? '';
  const top = content.attributes.has('/model_weights') ? '/model_weights' : '';
  const store = new WeightsByName((layer) => weightsIn(content, `${top}/${layer.name}`), true);
  return graphOfNetwork(network, store, { path, old: !version.startsWith('3'), metadata: kerasMetadata(network) });
}

/** The weights of a layer's group, in the order in which the group lists them. */
function weightsIn({ attributes, arrays }: Hdf5Content, group: string): readonly NamedWeight[] {
  const listed = attributes.get(group);
  return (listed ? textsOf(listed, 'weight_names') : []).map((name) => ({
    name,
    read: () => {
      const array = arrays.get(`${group}/${name}`);
      if (!array) throw damaged(`The weights '${name}' are listed, but missing.`, name);
      return float32(array.shape, array.data);
    },
  }));
}

/** A text; longer ones are in several attributes, `name0`, `name1` … */
function textOf(attributes: ReadonlyMap<string, string | readonly string[]>, name: string): string | undefined {
  const text = attributes.get(name);
  return typeof text === 'string' ? text : text?.[0];
}

/** A list of texts, which is split over `name0`, `name1` … if it is larger than 64 kB. */
function textsOf(attributes: ReadonlyMap<string, string | readonly string[]>, name: string): readonly string[] {
  const whole = attributes.get(name);
  if (whole !== undefined) return typeof whole === 'string' ? [whole] : whole;
  const parts: string[] = [];
  for (let i = 0; attributes.has(`${name}${i}`); i++) {
    const part = attributes.get(`${name}${i}`)!;
    for (const each of typeof part === 'string' ? [part] : part) parts.push(each);
  }
  return parts;
}

function noModel({ attributes }: Hdf5Content, path: string) {
  const weightsOnly = attributes.has('/layers') || attributes.get('/')?.has('layer_names');
  return weightsOnly
    ? unread(
        'The file holds the weights of a Keras model, and not its layers.',
        path,
        'Save the whole model in Python, model.save("model.keras"), and open that file.',
      )
    : damaged('The HDF5 file holds no Keras model.', path, 'Give a model that was saved by model.save(…).');
}

function parsed(text: string, path: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw damaged(
      'The description of the model’s layers is no valid JSON.',
      path,
      'Save or download the model again.',
      cause,
    );
  }
}
