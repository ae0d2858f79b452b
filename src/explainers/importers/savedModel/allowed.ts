import type { MetaGraph, TfNode } from './proto.ts';

/**
 * Operations that only compute. TensorFlow also has operations that read and write any file, start servers and call
 * Python, and a SavedModel may hold them like any other, so what is not listed here is not run.
 */
const COMPUTES: ReadonlySet<string> = new Set(
  `Abs Acos Acosh Add AddN AddV2 All Any ArgMax ArgMin Asin Asinh Assert Atan Atan2 Atanh AvgPool BatchMatMul BatchMatMulV2
  BatchMatMulV3 BatchToSpaceND BiasAdd BiasAddV1 Bitcast BroadcastArgs BroadcastTo Case Cast Ceil CheckNumerics ClipByValue
  Concat ConcatV2 Const Conv2D Conv2DBackpropInput Conv3D Cos Cosh CropAndResize Cumprod Cumsum DepthToSpace
  DepthwiseConv2dNative Diag DiagPart Div DivNoNan Einsum Elu EnsureShape Equal Erf Erfc Exp ExpandDims Expm1 Fill Floor
  FloorDiv FloorMod FusedBatchNorm FusedBatchNormV2 FusedBatchNormV3 Gather GatherNd GatherV2 Greater GreaterEqual
  Identity IdentityN If ImageProjectiveTransformV2 ImageProjectiveTransformV3 InTopK Inv IsFinite IsInf IsNan L2Loss LRN
  LeakyRelu Less LessEqual Lgamma LinSpace Log Log1p LogSoftmax LogicalAnd LogicalNot LogicalOr MatMul MatrixBandPart
  MatrixDiag MatrixDiagV3 Max MaxPool MaxPoolV2 Maximum Mean Merge Min Minimum MirrorPad Mod Mul MulNoNan Neg NoOp
  NonMaxSuppressionV3 NonMaxSuppressionV4 NonMaxSuppressionV5 CombinedNonMaxSuppression NotEqual OneHot OnesLike Pack Pad
  PadV2 PartitionedCall Placeholder PlaceholderWithDefault Pow PreventGradient Prod Range Rank RealDiv Reciprocal Relu Relu6
  Reshape ResizeArea ResizeBicubic ResizeBilinear ResizeNearestNeighbor Reverse ReverseV2 RGBToHSV HSVToRGB
  AdjustContrastv2 AdjustHue AdjustSaturation Rint Roll Round Rsqrt ScaleAndTranslate Select SelectV2 Selu Shape ShapeN
  Sigmoid Sign Sin Sinh Size Slice Snapshot Softmax Softplus Softsign SpaceToBatchND SpaceToDepth Split SplitV Sqrt Square
  SquaredDifference Squeeze StatefulPartitionedCall StatelessCase StatelessIf StatelessWhile StopGradient StridedSlice Sub
  Sum Switch Tan Tanh TensorScatterAdd TensorScatterUpdate Tile TopK TopKV2 Transpose TruncateDiv TruncateMod Unpack
  UnsortedSegmentSum Where While Xdivy Xlogy ZerosLike ScatterNd LookupTableFindV2
  FakeQuantWithMinMaxArgs FakeQuantWithMinMaxVars FakeQuantWithMinMaxVarsPerChannel QuantizeAndDequantizeV2
  TensorListFromTensor TensorListGetItem TensorListReserve TensorListSetItem TensorListStack
  Assign AssignVariableOp DisableCopyOnRead IsVariableInitialized ReadVariableOp ResourceGather VarHandleOp
  VarIsInitializedOp Variable VariableV2 HashTableV2 MutableHashTableV2 LookupTableImportV2`.split(/\s+/),
);

/** Reads the weights; only from the file that the model's loader names. */
const RESTORES = 'RestoreV2';

/** The node that a value or a control input names. */
const bare = (input: string): string => input.replace(/^\^/, '').split(':', 1)[0]!;

/**
 * An operation that a SavedModel would run, when it is loaded or used, and that may do more than compute; undefined:
 * there is none. What only writes the model is never run, and does not count.
 * @param outputs names of the values that are asked for
 */
export function refusedOperation(graph: MetaGraph, outputs: readonly string[]): string | undefined {
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]));
  const functions = new Map(graph.functions.map((each) => [each.name, each]));
  const file = bare(graph.filename);
  const initial = [...graph.signatures].flatMap(([name, { outputs: made }]) =>
    name === '__saved_model_init_op' ? [...made.values()].map((value) => value.name) : [],
  );
  const used = reached(nodes, functions, [...outputs, ...initial, ...graph.collected]);
  const bad = used.find(({ node }) => !COMPUTES.has(node.op) && !functions.has(node.op));
  if (bad) return bad.node.op;
  const loading = reached(nodes, functions, [graph.restore]);
  for (const { node, within } of loading) {
    if (node.op === RESTORES) {
      // The file's name comes from the loader: at the top as it is, in a function as its first argument.
      const [from = ''] = node.inputs;
      const given = within ? functions.get(within)?.arguments[0] : file;
      if (bare(from) !== given) return RESTORES;
    } else if (!COMPUTES.has(node.op) && !functions.has(node.op)) return node.op;
    else if (node.calls.length > 0 && (within || bare(node.inputs[0] ?? '') !== file)) return node.op;
  }
  return undefined;
}

interface Reached {
  readonly node: TfNode;
  /** The function that it is in; undefined: none. */
  readonly within: string | undefined;
}

/** Every operation that runs so that some values of the graph are computed. */
function reached(
  nodes: ReadonlyMap<string, TfNode>,
  functions: ReadonlyMap<string, { readonly nodes: readonly TfNode[] }>,
  values: readonly string[],
): readonly Reached[] {
  const found: Reached[] = [];
  const seen = new Set<string>();
  const called: string[] = [];
  const take = (node: TfNode, within: string | undefined) => {
    found.push({ node, within });
    for (const name of [...node.calls, ...(functions.has(node.op) ? [node.op] : [])]) called.push(name);
  };
  const waiting = values.map(bare);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const node = nodes.get(name);
    if (!node || seen.has(name)) continue;
    seen.add(name);
    take(node, undefined);
    for (const input of node.inputs) waiting.push(bare(input));
  }
  const entered = new Set<string>();
  for (let name = called.pop(); name !== undefined; name = called.pop()) {
    if (entered.has(name)) continue;
    entered.add(name);
    for (const node of functions.get(name)?.nodes ?? []) take(node, name);
  }
  return found;
}
