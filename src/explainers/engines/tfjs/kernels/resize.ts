import { numberAttribute } from '../../../graph/attributes.ts';
import { axisOf, type Call, input, integers, type Kernel, lacks, like } from '../kernel.ts';
import type { Tf, TfTensor } from '../tf.ts';

interface Axis {
  readonly from: number;
  readonly to: number;
  readonly scale: number;
}

/** The place in the input that corresponds to one in the result, by ONNX's names. */
const PLACES = new Map<string, (at: number, axis: Axis) => number>([
  ['half_pixel', (at, { scale }) => (at + 0.5) / scale - 0.5],
  ['pytorch_half_pixel', (at, { scale, to }) => (to > 1 ? (at + 0.5) / scale - 0.5 : 0)],
  ['asymmetric', (at, { scale }) => at / scale],
  ['align_corners', (at, { from, to }) => (to > 1 ? (at * (from - 1)) / (to - 1) : 0)],
]);

/** The nearest whole place. */
const NEAREST = new Map<string, (at: number) => number>([
  ['round_prefer_floor', (at) => Math.ceil(at - 0.5)],
  ['round_prefer_ceil', (at) => Math.floor(at + 0.5)],
  ['floor', Math.floor],
  ['ceil', Math.ceil],
]);

/** The weights of the input's places in each of the result's, [to, from]. */
function weights({ node }: Call, axis: Axis): Float32Array {
  const word = (name: string, standard: string) => String(node.attributes.get(name)?.value ?? standard);
  const mode = word('mode', 'nearest');
  const placeName = word('coordinate_transformation_mode', 'half_pixel');
  const place = PLACES.get(placeName) ?? lacks(node, `coordinates '${placeName}'`);
  const nearestName = word('nearest_mode', 'round_prefer_floor');
  const nearest = NEAREST.get(nearestName) ?? lacks(node, `nearest_mode '${nearestName}'`);
  if (mode !== 'linear' && mode !== 'nearest') lacks(node, `mode '${mode}'`);
  if (numberAttribute(node, 'antialias', 0) === 1) lacks(node, 'antialias');
  const made = new Float32Array(axis.to * axis.from);
  const add = (row: number, at: number, weight: number) => {
    made[row * axis.from + Math.min(axis.from - 1, Math.max(0, at))]! += weight;
  };
  for (let row = 0; row < axis.to; row++) {
    const at = place(row, axis);
    if (mode === 'nearest') add(row, nearest(at), 1);
    else {
      const low = Math.floor(at);
      add(row, low, 1 - (at - low));
      add(row, low + 1, at - low);
    }
  }
  return made;
}

/** Resizes one axis. */
function along(tf: Tf, x: TfTensor, axis: number, matrix: TfTensor): TfTensor {
  const order = [...x.shape.keys()].filter((i) => i !== axis);
  const moved = tf.transpose(x, [...order, axis]);
  const rows = tf.reshape(moved, [moved.shape.reduce((all, size) => all * size, 1) / x.shape[axis]!, x.shape[axis]!]);
  const done = tf.matMul(rows, matrix, false, true);
  const back = tf.reshape(done, [...order.map((i) => x.shape[i]!), matrix.shape[0]!]);
  return tf.transpose(
    back,
    [...x.shape.keys()].map((i) => [...order, axis].indexOf(i)),
  );
}

const resize: Kernel = (call) => {
  const { tf, node } = call;
  const { dtype, tensor } = input(call, 0);
  const rank = tensor.shape.length;
  const policy = String(node.attributes.get('keep_aspect_ratio_policy')?.value ?? 'stretch');
  if (policy !== 'stretch') lacks(node, `keep_aspect_ratio_policy '${policy}'`);
  const given = node.attributes.get('axes');
  const axes = given?.kind === 'ints' ? given.value.map((axis) => axisOf(axis, rank)) : [...tensor.shape.keys()];
  const scales = call.inputs[2] && call.inputs[2].tensor.shape[0]! > 0 ? integers(call, 2) : undefined;
  const sizes = scales ? undefined : integers(call, 3);
  let result = tensor;
  for (const [i, axis] of axes.entries()) {
    const from = tensor.shape[axis]!;
    const to = sizes ? sizes[i]! : Math.floor(from * scales![i]!);
    const scale = sizes ? to / from : scales![i]!;
    if (to === from && scale === 1) continue;
    const matrix = tf.tensor(weights(call, { from, to, scale }), [to, from], 'float32');
    result = along(tf, result, axis, matrix);
  }
  return like(dtype, result);
};

export const resizes: readonly (readonly [string, Kernel])[] = [['Resize', resize]];
