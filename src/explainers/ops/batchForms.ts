import { numberAttribute } from '../graph/attributes.ts';
import { int64, toNumbers } from '../tensor/tensor.ts';
import type { BatchForm, BatchPlace, BatchSite } from './op.ts';
import { fromFront } from './types.ts';

// How operators with shapes or places written into the graph take several images: see `batch` of an operator's entry.

/** Indices that are repeated for every image are stored in the graph. */
const MOST_INDICES = 2 ** 22;

type Form = (site: BatchSite) => BatchForm | null;

const product = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);

/** Elements keep their order, whatever the axes: a Reshape to the batched shape. */
export const regroupedBatch: Form = (site) => {
  const { node, b, batch } = site;
  const shape = site.shape(node.outputs[0]!);
  const place = reshapedPlace(site);
  if (!place || !shape) return null;
  const sizes = b.constant(int64(shape.map((dim, at) => (at === place.axis ? dim * batch : dim))), 'sizes');
  const as = { ...node, op: 'Reshape', inputs: [node.inputs[0]!, sizes], attributes: new Map() };
  return { node: as, outer: place.outer };
};

/** The same if the target is a constant of the output's rank. */
export const reshapedBatch: Form = (site) => (hasTarget(site, 1) ? regroupedBatch(site) : null);

/**
 * Replaces the shape given as input `i` by the output's batched shape. The batch must be in an axis that keeps its
 * length.
 */
export const toldBatch =
  (i: number): Form =>
  (site) => {
    const { node, b, batch } = site;
    if (!node.inputs[i]) return { node };
    const [from, shape] = [site.shape(node.inputs[0]!), site.shape(node.outputs[0]!)];
    const place = site.place(node.inputs[0]!);
    if (!hasTarget(site, i) || !from || !shape || !place) return null;
    const axis = shape.length - from.length + place.axis;
    if (shape[axis] !== from[place.axis]) return null;
    const sizes = b.constant(int64(shape.map((dim, at) => (at === axis ? dim * batch : dim))), 'sizes');
    return { node: { ...node, inputs: node.inputs.with(i, sizes) } };
  };

const hasTarget = (site: BatchSite, i: number): boolean => {
  const told = site.constant(site.node.inputs[i]!);
  return told !== undefined && toNumbers(told).length === site.shape(site.node.outputs[0]!)?.length;
};

/**
 * The batch goes to an axis that has as many elements before it as before. If that is the last one, as when attention
 * merges its heads, the batch goes to the end of the axis before, because the next operator has weights for the last
 * axis.
 */
function reshapedPlace({ node, shape, place, hint }: BatchSite): BatchPlace | null {
  const [from, to] = [shape(node.inputs[0]!), shape(node.outputs[0]!)];
  const own = place(node.inputs[0]!);
  if (!from || !to || !own) return null;
  const before = product(from.slice(0, own.axis)) * own.outer;
  const fits = (at: number) => product(to.slice(0, at)) === before;
  const hinted = hint(node.outputs[0]!)?.axis;
  if (hinted !== undefined && hinted < to.length - 1 && fits(hinted)) return { axis: hinted, outer: 1 };
  const axis = to.findIndex((_, at) => fits(at));
  if (axis < 0) return null;
  return axis > 0 && axis === to.length - 1 ? { axis: axis - 1, outer: to[axis - 1]! } : { axis, outer: 1 };
}

/** Picks from the axis that holds the batch (as_strided of a flat tensor): the same places again for every image. */
export const gatheredBatch: Form = (site) => {
  const { node, batch, b } = site;
  const [data, indices] = node.inputs as [string, string];
  const [from, place] = [site.shape(data), site.place(data)];
  if (!from || place?.axis !== fromFront(numberAttribute(node, 'axis', 0), from.length)) return { node };
  const picks = site.constant(indices);
  if (!picks?.shape.length || picks.data.length * batch > MOST_INDICES || place.outer !== 1) return null;
  const each = from[place.axis]!;
  const own = toNumbers(picks).map((pick) => fromFront(pick, each));
  const all = Array.from({ length: batch }, (_, image) => own.map((pick) => pick + image * each)).flat();
  const shape = picks.shape.with(0, picks.shape[0]! * batch);
  return { node: { ...node, inputs: [data, b.constant(int64(all, shape), 'places')] } };
};

/** Values that are joined to a batched value and are the same for every image are repeated for each. */
export const joinedBatch: Form = (site) => {
  const { node } = site;
  const rank = site.shape(node.outputs[0]!)?.length ?? 0;
  const { axis } = site.place(node.inputs.find((name) => site.place(name))!)!;
  if (fromFront(numberAttribute(node, 'axis'), rank) === axis) return null;
  const inputs = node.inputs.map((name) => repeated(site, name, axis));
  return inputs.every((name) => name !== null) ? { node: { ...node, inputs: inputs as string[] } } : null;
};

/** A value with the batch in `axis`: unchanged, or with length 1 there if it is the same for every image. */
function repeated({ batch, b, ...site }: BatchSite, name: string, axis: number): string | null {
  const place = site.place(name);
  if (place) return place.axis === axis ? name : null;
  const shape = site.shape(name);
  if (shape?.[axis] !== 1) return null;
  const wide = shape.with(axis, batch);
  const value = b.node('Expand', [name, b.constant(int64(wide), 'sizes')], {}, 'repeated');
  b.type(value, { dtype: b.typeOf(name)!.dtype, shape: wide });
  return value;
}

/** Reads or writes by one index per element: everything that is the same for every image is repeated for each. */
export const byElementBatch: Form = (site) => {
  const { node } = site;
  const rank = site.shape(node.inputs[0]!)?.length ?? 0;
  const { axis } = site.place(node.inputs.find((name) => site.place(name))!)!;
  if (fromFront(numberAttribute(node, 'axis', 0), rank) === axis) return null;
  const inputs = node.inputs.map((name) => repeated(site, name, axis));
  return inputs.every((name) => name !== null) ? { node: { ...node, inputs: inputs as string[] } } : null;
};

/**
 * Writes to known places (slice assignments, as PyTorch's exporter writes them): the same places again for every image,
 * whose number is their first coordinate. Data, indices and updates must have an axis of length 1 in front, for the
 * batch.
 */
export const scatteredBatch: Form = (site) => {
  const { node, batch, b } = site;
  const [data, indices, updates] = node.inputs as [string, string, string];
  const places = site.constant(indices);
  const [from, given] = [site.shape(data), site.shape(updates)];
  const depth = places?.shape.at(-1);
  if (!places || !from || !given || !depth || from[0] !== 1 || places.shape[0] !== 1 || places.shape.length < 2)
    return null;
  if (places.data.length * batch > MOST_INDICES) return null;
  const own = toNumbers(places);
  const all = Array.from({ length: batch }, (_, image) => own.map((at, i) => (i % depth === 0 ? image : at))).flat();
  const inputs = [repeated(site, data, 0), repeated(site, updates, 0)];
  if (inputs.some((name) => name === null)) return null;
  const wide = b.constant(int64(all, places.shape.with(0, batch)), 'places');
  return { node: { ...node, inputs: [inputs[0]!, wide, inputs[1]!] } };
};
