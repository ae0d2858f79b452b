import type { Graph, Node } from './graph.ts';

/** The operator that stands for a whole TensorFlow SavedModel; only TensorFlow itself computes it. */
export const SAVED_MODEL_DOMAIN = 'com.saliency-lens.tensorflow';
export const SAVED_MODEL_OP = 'SavedModel';

export const isSavedModel = ({ op, domain }: Pick<Node, 'op' | 'domain'>): boolean =>
  domain === SAVED_MODEL_DOMAIN && op === SAVED_MODEL_OP;

export const holdsSavedModel = (graph: Graph): boolean => graph.nodes.some(isSavedModel);
