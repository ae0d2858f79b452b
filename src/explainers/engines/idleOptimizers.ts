import type { Graph } from '../graph/graph.ts';

/**
 * With this many nodes a session takes seconds to create, because each of ONNX Runtime's optimizers sorts the graph
 * again, in quadratic time (1.30).
 */
const LARGE = 2000;

export const isLarge = (graph: Graph): boolean => graph.nodes.length >= LARGE;

const QUANTISED = ['QuantizeLinear', 'DequantizeLinear', 'DynamicQuantizeLinear', 'MatMulInteger', 'QLinearConv'];
const NORMALISED = ['ReduceMean', 'LayerNormalization', 'SimplifiedLayerNormalization', 'RMSNormalization'];

/**
 * Optimizers by their names in ONNX Runtime, each with the operators it needs: without any of them it changes nothing.
 */
const NEEDS: readonly (readonly [optimizer: string, operators: readonly string[]])[] = [
  ['DoubleQDQPairsRemover', QUANTISED],
  ['QDQPropagationTransformer', QUANTISED],
  ['QDQSelectorActionTransformer', QUANTISED],
  ['QDQFinalCleanupTransformer', QUANTISED],
  ['QDQS8ToU8Transformer', QUANTISED],
  ['WeightBiasQuantization', QUANTISED],
  ['EnsureUniqueDQForNodeUnit', QUANTISED],
  ['ClipQuantFusion', QUANTISED],
  ['Avx2WeightS8ToU8Transformer', QUANTISED],
  ['DynamicQuantizeMatMulFusion', QUANTISED],
  ['MatMulIntegerToFloatFusion', QUANTISED],
  ['MatMulNBitsFusion', ['MatMulNBits']],
  ['MatMulNBitsMlpFusion', ['MatMulNBits']],
  ['MatMulNBitsQkvFusion', ['MatMulNBits']],
  ['GeluFusionL1', ['Erf']],
  ['GeluFusionL2', ['Erf']],
  ['BiasGeluFusion', ['Erf', 'Gelu', 'FastGelu', 'Tanh']],
  ['FastGeluFusion', ['Tanh']],
  ['LayerNormFusionL1', NORMALISED],
  ['LayerNormFusionL2', NORMALISED],
  ['SimplifiedLayerNormFusion', NORMALISED],
  ['EmbedLayerNormFusion', NORMALISED],
  ['SkipLayerNormFusion', NORMALISED],
  ['BiasSkipLayerNormFusion', NORMALISED],
  ['AttentionFusion', NORMALISED],
  ['GroupQueryAttentionFusion', ['GroupQueryAttention', 'RotaryEmbedding']],
  ['GroupQueryAttentionPreNormFusion', ['GroupQueryAttention', 'RotaryEmbedding']],
  ['BiasSoftmaxFusion', ['Softmax']],
  ['BiasDropoutFusion', ['Dropout']],
  ['BitmaskDropoutReplacement', ['Dropout']],
  ['GatherSliceToSplitFusion', ['Gather', 'Slice']],
  ['GatherToSliceFusion', ['Gather']],
  ['MatmulTransposeFusion', ['Transpose']],
  ['MatMulScaleFusion', ['MatMul']],
  ['LabelEncoderFusion', ['LabelEncoder']],
  ['NhwcTransformer', [...QUANTISED, 'QLinearAveragePool', 'QLinearGlobalAveragePool']],
  ['ConcatSliceElimination', ['Concat']],
  ['IsInfReduceSumFusion', ['IsInf']],
  ['CastFloat16Transformer', ['Cast']],
  ['SliceConcatToSpaceToDepthFusion', ['Slice']],
  ['STFTDecomposition', ['STFT']],
];

/** The optimizers that would change nothing in a graph, whatever other optimizers did to it first. */
export function idleOptimizers(graph: Graph): readonly string[] {
  const there = new Set(graph.nodes.map(({ op }) => op));
  // Subgraphs are not inspected here.
  if (graph.nodes.some(({ attributes }) => [...attributes.values()].some(({ kind }) => kind === 'graph'))) return [];
  return NEEDS.flatMap(([name, needed]) => (needed.some((op) => there.has(op)) ? [] : [name]));
}
