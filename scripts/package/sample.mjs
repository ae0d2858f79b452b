// The model of the sample image: that of examples/photos with its weights rounded to integers, so that it is small
// enough to come with the extension. Its activations stay floating-point numbers, so every method runs.
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../steps/child.mjs';
import { loadSource } from '../steps/loadSource.mjs';

/** Of each sign: a packed file then needs 6 of 8 bits. */
const LEVELS = 31;
/** Smaller tensors are no weights, or not worth it. */
const LEAST = 512;

export const MODEL = 'efficientnet-lite0.onnx';

/** Writes the model into a folder. */
export async function writeSampleModel(folder) {
  const { openModel, writeOnnx } = await loadSource(`
    export { openModel } from './src/explainers/importers/importers.ts';
    export { writeOnnx } from './src/explainers/importers/onnx/write.ts';`);
  const graph = await openModel(path.join(root, 'examples/photos', MODEL));
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, MODEL), writeOnnx(rounded(graph)));
}

/** The graph with its weights as integers and a scale for each output channel. */
export function rounded(graph) {
  const constants = new Map();
  const nodes = [];
  for (const [name, tensor] of graph.constants) {
    if (tensor.dtype !== 'float32' || tensor.shape.length < 2 || tensor.data.length < LEAST) {
      constants.set(name, tensor);
      continue;
    }
    const axis = channelAxis(graph, name, tensor.shape.length);
    const { integers, scales } = roundedWeights(tensor, axis);
    constants.set(`${name}.rounded`, { dtype: 'int8', shape: tensor.shape, data: integers });
    constants.set(`${name}.scale`, { dtype: 'float32', shape: [scales.length], data: scales });
    nodes.push({
      name: `${name}.float`,
      op: 'DequantizeLinear',
      domain: '',
      inputs: [`${name}.rounded`, `${name}.scale`],
      outputs: [name],
      attributes: new Map([['axis', { kind: 'int', value: axis }]]),
    });
  }
  return { ...graph, constants, nodes: [...nodes, ...graph.nodes] };
}

function roundedWeights({ data, shape }, axis) {
  const inner = shape.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const channelOf = (i) => Math.floor(i / inner) % shape[axis];
  const largest = new Float32Array(shape[axis]).fill(1e-12);
  for (let i = 0; i < data.length; i++) largest[channelOf(i)] = Math.max(largest[channelOf(i)], Math.abs(data[i]));
  const scales = largest.map((value) => value / LEVELS);
  return { integers: Int8Array.from(data, (value, i) => Math.round(value / scales[channelOf(i)])), scales };
}

/** The first axis of convolutions; of the last layer, that of its outputs. */
function channelAxis(graph, name, rank) {
  const reader = graph.nodes.find(({ inputs }) => inputs.includes(name));
  if (reader?.op === 'MatMul') return rank - 1;
  return reader?.op === 'Gemm' && reader.attributes.get('transB')?.value !== 1 ? 1 : 0;
}
