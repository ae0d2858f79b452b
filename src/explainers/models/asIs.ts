import type { ModelCard } from '../contracts/card.ts';
import { attributesOf } from '../graph/attributes.ts';
import { GraphBuilder } from '../graph/build.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { withKnownParts } from '../ops/canonical/canonicalize.ts';
import { carryImage } from '../ops/canonical/carriedImage.ts';
import { dequantised } from '../ops/canonical/dequantised.ts';
import { inFloat32, type OtherFloat, otherFloats } from '../ops/canonical/float32.ts';
import { trainingNote } from '../ops/canonical/trainingMode.ts';
import { isQuantising, quantisesValues } from '../ops/quantised.ts';
import { DTYPE_CODES, isInteger } from '../tensor/dtype.ts';
import type { DType } from '../tensor/tensor.ts';

/**
 * The model as its file computes it, for its scores: batch 1, a float32 image in, float32 logits and scores [1,
 * classes] out.
 */
export interface AsIs {
  readonly graph: Graph;
  readonly input: string;
  readonly logits: string;
  readonly scores: string;
}

/** The form of a model that explainers use. */
export interface ExplainedForm {
  readonly graph: Graph;
  /** Whether its numbers differ, even in the last bit, from those of the model's file. */
  readonly differs: boolean;
  /** The floating types in which the model computes, in words, if they are not just float32. */
  readonly computesIn: string | null;
  /** What people must know about maps computed with it. */
  readonly notes: readonly string[];
}

/**
 * The model with a float32 image, in float32 throughout. Names stay those of the file.
 * @param quantised `dequantised`: without the rounding of its values to integers
 */
export function explainedForm(source: Graph, image: string, quantised: ModelCard['quantised']): ExplainedForm {
  const dtype = source.types.get(image)!.dtype;
  const whole = isInteger(dtype) ? carryImage(source, image) : source;
  const graph = quantised === 'dequantised' ? dequantised(whole) : whole;
  const straight = graph !== whole && quantisesValues(withKnownParts(whole));
  const known = withKnownParts(graph);
  const floats = otherFloats(known);
  const training = trainingNote(known);
  const rounds = quantisesValues(known);
  const stored = !rounds && graph.nodes.some(isQuantising);
  return {
    graph: floats.length > 0 ? inFloat32(withKnownParts(graph, HALVES)) : graph,
    differs: floats.length > 0 || training !== undefined || rounds || stored || straight,
    computesIn: floats.length > 0 ? namesOf(floats) : null,
    notes: [
      ...(floats.length > 0 ? [precisionNote(floats)] : []),
      ...(straight ? [STRAIGHT] : stored ? [STORED] : []),
      ...(training ? [training] : []),
    ],
  };
}

/** A runtime may also round the values that such weights are multiplied with. */
const STORED =
  'The model stores weights as integers. Its maps are computed with the decoded numbers; its scores are those of the model’s own arithmetic.';

const STRAIGHT =
  'The model rounds its values to integers. As the card asks ("quantised"), its maps are those of the same network without the rounding (straight-through gradients); its scores are those of the model’s own arithmetic.';

/**
 * Nothing is precomputed in these types: sizes and doubles are better computed in the model's own numbers, weights in
 * float32.
 */
const HALVES: ReadonlySet<DType> = new Set<DType>(['float16', 'bfloat16']);

/** How the weights' values change. */
const WEIGHTS: Readonly<Record<'exact' | 'rounded', string>> = {
  exact: 'which holds all of its weights exactly',
  rounded: 'to which its weights are rounded',
};

const FLOAT_NAMES: Readonly<Record<OtherFloat, string>> = {
  float16: 'float16 (half precision)',
  bfloat16: 'bfloat16',
  float64: 'float64 (double precision)',
};

/** The floating types of a model, in words. */
const namesOf = (floats: readonly OtherFloat[]): string => floats.map((dtype) => FLOAT_NAMES[dtype]).join(' and ');

function precisionNote(floats: readonly OtherFloat[]): string {
  const weights = WEIGHTS[floats.includes('float64') ? 'rounded' : 'exact'];
  return `The model computes in ${namesOf(floats)}. Its maps are computed in float32, ${weights}.`;
}

/** The graph for a float32 image; an image of another type gets a cast before it. */
export function withFloatInput(graph: Graph, input: string): { readonly graph: Graph; readonly input: string } {
  const { dtype, shape } = graph.types.get(input)!;
  if (dtype === 'float32') return { graph, input };
  const image = new GraphBuilder(graph).unique(`${input}:float32`);
  const cast: Node = {
    name: `${image}:cast`,
    op: 'Cast',
    domain: '',
    inputs: [image],
    outputs: [input],
    attributes: attributesOf({ to: DTYPE_CODES[dtype] }),
  };
  return {
    input: image,
    graph: {
      ...graph,
      inputs: graph.inputs.map((name) => (name === input ? image : name)),
      nodes: [cast, ...graph.nodes],
      types: new Map([...graph.types, [image, { dtype: 'float32', shape }]]),
    },
  };
}
