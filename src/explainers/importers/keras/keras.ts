import { closeSync } from 'node:fs';
import { openFileToReadSync } from '../../files/plainFile.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Importer, Opening } from '../importer.ts';
import { isObject, type Json } from '../layers/config.ts';
import { graphOfNetwork } from '../layers/graphOf.ts';
import { readNetwork } from '../layers/readNetwork.ts';
import { damaged, unread } from '../problem.ts';
import { type Member, membersOf } from './archive.ts';
import { readHdf5 } from './hdf5.ts';
import { kerasMetadata } from './metadata.ts';
import { WeightsByOrder } from './weightsByOrder.ts';

/** Keras 3's own format: a ZIP archive of the layers' settings and an HDF5 file of their weights. */
export const kerasImporter: Importer = {
  id: 'keras',
  title: 'Keras (.keras)',
  extensions: ['.keras'],
  sniff: (head) => {
    const text = Buffer.from(head).toString('latin1');
    return (
      text.startsWith('PK\x03\x04') && /^(?:metadata\.json|config\.json|model\.weights|assets\/)/.test(text.slice(30))
    );
  },
  certain: true,
  read: readKeras,
};

/** Layers' settings are text; no real ones are as large. */
const LARGEST_CONFIG = 2 ** 28;

async function readKeras(path: string, opening: Opening = () => {}): Promise<Graph> {
  opening(path);
  const descriptor = openFileToReadSync(path);
  try {
    const members = new Map((await membersOf(descriptor, path)).map((member) => [member.name, member]));
    const settings = await jsonOf(members.get('config.json'), path);
    const versions = members.has('metadata.json') ? await jsonOf(members.get('metadata.json'), path) : {};
    const network = readNetwork(settings, path);
    const weights = members.get('model.weights.h5');
    if (!weights) throw noWeights([...members.keys()], path);
    const offset = await weights.offset();
    const content = await readHdf5({
      source: offset === null ? await weights.read() : descriptor,
      offset: offset ?? 0,
      length: weights.size,
      path,
    });
    const version = isObject(versions) && typeof versions.keras_version === 'string' ? versions.keras_version : '';
    return graphOfNetwork(network, new WeightsByOrder(network, content), {
      path,
      old: /^[12]\./.test(version),
      metadata: kerasMetadata(network),
    });
  } finally {
    closeSync(descriptor);
  }
}

async function jsonOf(member: Member | undefined, path: string): Promise<Json> {
  if (!member || member.size > LARGEST_CONFIG) {
    throw damaged(
      'The archive does not hold the layers of a Keras model.',
      path,
      'Give a model that was saved by model.save("NAME.keras").',
    );
  }
  try {
    return JSON.parse(Buffer.from(await member.read()).toString('utf8')) as Json;
  } catch (cause) {
    throw damaged(
      `'${member.name}' in the model’s archive is no valid JSON.`,
      path,
      'Save or download the model again.',
      cause,
    );
  }
}

function noWeights(names: readonly string[], path: string) {
  return names.some((name) => name.startsWith('model.weights'))
    ? unread(
        'The model’s weights are not in HDF5.',
        path,
        'Save the model again with model.save("NAME.keras"), without sharding.',
      )
    : damaged('The model’s archive holds no weights.', path, 'Save or download the model again.');
}
