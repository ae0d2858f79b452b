import type { Graph, Node } from '../../graph/graph.ts';
import { isSavedModel } from '../../graph/savedModel.ts';
import type { Kernel } from './kernel.ts';
import type { Tf } from './tf.ts';

/** A SavedModel that TensorFlow holds, for all graphs that contain it. */
interface Held {
  readonly id: number;
  users: number;
}

/** By folder, tags and the state of the files. */
const held = new Map<string, Held>();

const textOf = (node: Node, name: string): string => String(node.attributes.get(name)?.value ?? '');
const keyOf = (node: Node): string => JSON.stringify(['folder', 'tags', 'stamp'].map((name) => textOf(node, name)));

/** Loads the SavedModels of a graph, unless they are loaded already. Returns the function that releases them. */
export function useSavedModels(tf: Tf, graph: Graph): () => void {
  const used = graph.nodes.filter(isSavedModel).map((node) => {
    const key = keyOf(node);
    const known = held.get(key) ?? {
      id: tf.backend().loadSavedModelMetaGraph(textOf(node, 'folder'), textOf(node, 'tags')),
      users: 0,
    };
    known.users++;
    held.set(key, known);
    return key;
  });
  return () => {
    for (const key of used.splice(0)) {
      const known = held.get(key)!;
      if (--known.users > 0) continue;
      held.delete(key);
      tf.backend().deleteSavedModel(known.id);
    }
  };
}

/** Runs a SavedModel on a batch of images. */
export const savedModel: Kernel = ({ tf, node, inputs }) => {
  const { id } = held.get(keyOf(node))!;
  const image = inputs[0]!.tensor;
  const values = node.attributes.get('values');
  const names = values?.kind === 'strings' ? values.value : [];
  const made = tf.backend().runSavedModel(id, [image], [{ name: textOf(node, 'input'), tfDtype: 'DT_FLOAT' }], names);
  return made.map((tensor) => ({ dtype: 'float32', tensor }));
};
