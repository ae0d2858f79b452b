/** TensorFlow's tensor, as far as kernels touch it. */
export interface TfTensor {
  readonly shape: number[];
  readonly dtype: 'float32' | 'int32' | 'bool' | 'string' | 'complex64';
  dataSync(): Float32Array | Int32Array | Uint8Array;
  dispose(): void;
}

type Unary = (x: TfTensor) => TfTensor;
type Binary = (a: TfTensor, b: TfTensor) => TfTensor;
type Reduction = (x: TfTensor, axis?: readonly number[], keepDims?: boolean) => TfTensor;

/**
 * The part of `@tensorflow/tfjs-node` that kernels use, declared here so that it builds without the package.
 */
export interface Tf {
  readonly version: Readonly<Record<string, string>>;
  tensor(data: ArrayLike<number>, shape: readonly number[], dtype: string): TfTensor;
  fill(shape: readonly number[], value: number, dtype?: string): TfTensor;
  /** What runs SavedModels; tensors keep their order. */
  backend(): {
    loadSavedModelMetaGraph(folder: string, tags: string): number;
    deleteSavedModel(id: number): void;
    runSavedModel(
      id: number,
      inputs: readonly TfTensor[],
      about: readonly { readonly name: string; readonly tfDtype: string }[],
      outputs: readonly string[],
    ): readonly TfTensor[];
  };
  tidy<T>(work: () => T): T;
  keep(x: TfTensor): TfTensor;
  cast(x: TfTensor, dtype: string): TfTensor;
  reshape(x: TfTensor, shape: readonly number[]): TfTensor;
  transpose(x: TfTensor, perm?: readonly number[]): TfTensor;
  broadcastTo(x: TfTensor, shape: readonly number[]): TfTensor;
  concat(all: readonly TfTensor[], axis: number): TfTensor;
  slice(x: TfTensor, begin: readonly number[], size: readonly number[]): TfTensor;
  stridedSlice(x: TfTensor, begin: readonly number[], end: readonly number[], strides: readonly number[]): TfTensor;
  pad(x: TfTensor, paddings: readonly (readonly [number, number])[], value?: number): TfTensor;
  tile(x: TfTensor, repeats: readonly number[]): TfTensor;
  gather(x: TfTensor, indices: TfTensor, axis: number): TfTensor;
  where(condition: TfTensor, a: TfTensor, b: TfTensor): TfTensor;
  matMul(a: TfTensor, b: TfTensor, transposeA?: boolean, transposeB?: boolean): TfTensor;
  conv2d(x: TfTensor, filter: TfTensor, strides: readonly [number, number], pad: 'valid'): TfTensor;
  depthwiseConv2d(x: TfTensor, filter: TfTensor, strides: readonly [number, number], pad: 'valid'): TfTensor;
  conv2dTranspose(
    x: TfTensor,
    filter: TfTensor,
    outputShape: readonly number[],
    strides: readonly [number, number],
    pad: 'valid',
  ): TfTensor;
  cumsum(x: TfTensor, axis: number, exclusive: boolean, reverse: boolean): TfTensor;
  softmax(x: TfTensor, axis: number): TfTensor;
  logSoftmax(x: TfTensor, axis: number): TfTensor;
  readonly sum: Reduction;
  readonly mean: Reduction;
  readonly max: Reduction;
  readonly min: Reduction;
  readonly prod: Reduction;
  readonly add: Binary;
  readonly sub: Binary;
  readonly mul: Binary;
  readonly div: Binary;
  readonly pow: Binary;
  readonly maximum: Binary;
  readonly minimum: Binary;
  readonly equal: Binary;
  readonly greater: Binary;
  readonly greaterEqual: Binary;
  readonly less: Binary;
  readonly lessEqual: Binary;
  readonly logicalAnd: Binary;
  readonly logicalOr: Binary;
  readonly logicalXor: Binary;
  readonly floorDiv: Binary;
  readonly logicalNot: Unary;
  readonly abs: Unary;
  readonly neg: Unary;
  readonly exp: Unary;
  readonly log: Unary;
  readonly sqrt: Unary;
  readonly reciprocal: Unary;
  readonly relu: Unary;
  readonly sigmoid: Unary;
  readonly tanh: Unary;
  readonly erf: Unary;
  readonly softplus: Unary;
  readonly sin: Unary;
  readonly cos: Unary;
  readonly tan: Unary;
  readonly sinh: Unary;
  readonly cosh: Unary;
  readonly asin: Unary;
  readonly acos: Unary;
  readonly atan: Unary;
  readonly asinh: Unary;
  readonly acosh: Unary;
  readonly atanh: Unary;
  readonly floor: Unary;
  readonly ceil: Unary;
  readonly round: Unary;
  readonly sign: Unary;
  readonly isNaN: Unary;
}
