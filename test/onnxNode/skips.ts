type Reasons = ReadonlyMap<string, string>;

/** One reason for several tests. */
const because = (reason: string, ...names: readonly string[]) => names.map((name) => [name, reason] as const);

/** Tests with something that a graph cannot hold; they are refused when they are read. */
export const REFUSED: Reasons = new Map([
  ...because('element types that we do not hold', 'test_cast_INT4_to_FLOAT', 'test_dequantizelinear_e4m3fn'),
  ...because('sequences and optionals are no tensors', 'test_identity_opt', 'test_identity_sequence'),
  ...because('written in opset 1', 'test_not_2d', 'test_not_3d', 'test_not_4d'),
]);

/** Tests that ONNX Runtime refuses, as they came from the ONNX project as well as written back by us. */
export const NOT_RUN: Reasons = new Map([
  ...because('no kernel for Bernoulli of opset 22', 'test_bernoulli', 'test_bernoulli_double', 'test_bernoulli_seed'),
  ...because(
    'the JavaScript binding has no bfloat16 tensors',
    'test_cast_BFLOAT16_to_FLOAT',
    'test_cast_FLOAT_to_BFLOAT16',
    'test_castlike_BFLOAT16_to_FLOAT',
    'test_castlike_FLOAT_to_BFLOAT16',
  ),
  ...because(
    'no kernel for this element type',
    'test_max_int16',
    'test_max_uint16',
    'test_min_int16',
    'test_min_uint16',
    'test_pow_types_float32_uint32',
    'test_pow_types_float32_uint64',
    'test_top_k_uint64',
  ),
  ...because(
    'opset 27 is newer than the runtime',
    'test_range_bfloat16_type_positive_delta',
    'test_range_float16_type_positive_delta',
    'test_range_float_type_positive_delta',
    'test_range_int32_type_negative_delta',
  ),
]);

/** Tests that run, and whose numbers are not comparable. */
export const NOT_COMPARED: Reasons = new Map([
  ...because(
    'ONNX Runtime aligns corners by the whole length of the output, the ONNX project by input times scale',
    'test_resize_downsample_scales_cubic_align_corners',
    'test_resize_downsample_scales_linear_align_corners',
  ),
  ...because(
    'drops at random',
    'test_training_dropout',
    'test_training_dropout_default',
    'test_training_dropout_default_mask',
    'test_training_dropout_mask',
  ),
]);

/** Declared operators of which the ONNX project has no test that could be taken. */
export const WITHOUT_TESTS: Reasons = new Map([
  ['GlobalLpPool', 'there is none'],
  ['Not', 'written in opset 1, which is not read'],
  ...because(
    'random numbers have no expected output',
    'RandomNormal',
    'RandomNormalLike',
    'RandomUniform',
    'RandomUniformLike',
  ),
]);
