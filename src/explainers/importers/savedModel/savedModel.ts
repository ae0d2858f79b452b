import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { SAVED_MODEL_NAME, SAVED_MODEL_WAYS } from '../../files/modelFiles.ts';
import { readWholeFile } from '../../files/plainFile.ts';
import { attributesOf } from '../../graph/attributes.ts';
import { OPSET } from '../../graph/build.ts';
import type { Dim, Graph, ValueType } from '../../graph/graph.ts';
import { SAVED_MODEL_DOMAIN, SAVED_MODEL_OP } from '../../graph/savedModel.ts';
import type { Opening } from '../importer.ts';
import { damaged, unread } from '../problem.ts';
import { refusedOperation } from './allowed.ts';
import { type MetaGraph, metaGraphs, type TfSignature, type TfValue } from './proto.ts';

/** A graph has at most 2 GB, as every message of protobuf. */
const LARGEST = 2 ** 31 - 1;
const SERVE = 'serve';
/** TensorFlow's number of float32. */
const FLOAT = 1;
const SIGNATURES = ['serving_default', 'serve'];

/**
 * A TensorFlow SavedModel as one opaque operator, which TensorFlow itself computes: there is nothing in it to
 * differentiate.
 * @param file its `saved_model.pb`
 * @throws ExplainError `model` for a broken file, `unsupported` for one that is no image classifier of floats, or that
 * would do more than compute
 */
export async function readSavedModel(file: string, opening: Opening = () => {}): Promise<Graph> {
  opening(file);
  const folder = path.dirname(file);
  const weights = path.join(folder, 'variables');
  const files = [file, ...(await readdir(weights).catch(() => [])).map((name) => path.join(weights, name))];
  for (const each of files.slice(1)) opening(each);
  const graph = served(await bytesOf(file), file);
  const signature = signatureOf(graph, file);
  const [[input], outputs] = [[...signature.inputs], [...signature.outputs].filter(([, { dtype }]) => dtype === FLOAT)];
  if (signature.inputs.size !== 1 || input?.[1].dtype !== FLOAT || !input[1].shape || outputs.length === 0) {
    throw unread(
      'The SavedModel does not take one image of float32 numbers, or gives no numbers of float32.',
      file,
      `Save it with such a signature (serving_default), or import it: it then keeps its gradients. ${SAVED_MODEL_WAYS}`,
    );
  }
  const refused = refusedOperation(
    graph,
    outputs.map(([, { name }]) => name),
  );
  if (refused !== undefined) {
    throw unread(
      `The SavedModel has the operation ${refused}, which is not known to compute only, so it is not run.`,
      file,
      'If you trust it, export it to ONNX where it was made, and open that file.',
    );
  }
  const names = outputs.map(([name], i) => (name === input[0] ? `${name}:${i}` : name));
  return {
    name: path.basename(folder),
    opset: OPSET,
    domains: new Map([[SAVED_MODEL_DOMAIN, 1]]),
    inputs: [input[0]],
    outputs: names,
    nodes: [
      {
        name: path.basename(folder),
        op: SAVED_MODEL_OP,
        domain: SAVED_MODEL_DOMAIN,
        inputs: [input[0]],
        outputs: names,
        attributes: attributesOf({
          folder,
          stamp: await stampOf(files),
          tags: graph.tags.join(','),
          input: input[1].name,
          values: outputs.map(([, { name }]) => name),
        }),
      },
    ],
    constants: new Map(),
    types: new Map([typeOf(input), ...outputs.map(([, value], i) => typeOf([names[i]!, value]))]),
    metadata: new Map(),
  };
}

/** The `saved_model.pb` that a path stands for: the file, or the folder that holds it; undefined: neither. */
export function savedModelFile(given: string): string | undefined {
  if (path.basename(given) === SAVED_MODEL_NAME) return given;
  const within = path.join(given, SAVED_MODEL_NAME);
  return existsSync(within) ? within : undefined;
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readWholeFile(file, LARGEST);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw damaged(`${SAVED_MODEL_NAME} cannot be read: ${why}.`, file, 'Check the path of the model.', cause);
  }
}

function served(bytes: Uint8Array, file: string): MetaGraph {
  let graphs: readonly MetaGraph[];
  try {
    graphs = metaGraphs(bytes);
  } catch (cause) {
    throw damaged('The TensorFlow SavedModel is damaged or truncated.', file, undefined, cause);
  }
  const graph = graphs.find(({ tags }) => tags.includes(SERVE));
  if (graph) return graph;
  throw damaged('The SavedModel has no graph for serving.', file, 'Save it with tf.saved_model.save or model.export.');
}

function signatureOf({ signatures }: MetaGraph, file: string): TfSignature {
  const found = SIGNATURES.flatMap((name) => signatures.get(name) ?? [])[0];
  if (found) return found;
  const there = [...signatures.keys()].filter((name) => !name.startsWith('__'));
  throw unread(
    `The SavedModel has no signature serving_default${there.length > 0 ? `, only ${there.join(', ')}` : ''}.`,
    file,
    'Save it with model.export(FOLDER), or with tf.saved_model.save(model, FOLDER, signatures=function).',
  );
}

function typeOf([name, { shape }]: readonly [string, TfValue]): [string, ValueType] {
  const dim = (size: number, axis: number): Dim => (size >= 0 ? size : axis === 0 ? 'batch' : `${name}.${axis}`);
  return [name, { dtype: 'float32', shape: shape?.map(dim) ?? null }];
}

/** Another text when one of the files is another. */
async function stampOf(files: readonly string[]): Promise<string> {
  const stats = await Promise.all(files.map((file) => stat(file).catch(() => null)));
  return stats.map((found) => (found ? `${found.size} ${found.mtimeMs} ${found.ino}` : '')).join(' ');
}
