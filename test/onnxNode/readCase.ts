import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import type { Graph } from '../../src/explainers/graph/graph.ts';
import { ExternalData } from '../../src/explainers/importers/onnx/externalData.ts';
import { TensorProtoSchema } from '../../src/explainers/importers/onnx/generated/onnx_pb.js';
import { openOnnx } from '../../src/explainers/importers/onnx/read.ts';
import { readTensor } from '../../src/explainers/importers/onnx/tensors.ts';
import type { Tensor } from '../../src/explainers/tensor/tensor.ts';

/** One of the ONNX project's node tests: a model of one node, what goes in and what must come out. */
export interface NodeCase {
  readonly graph: Graph;
  readonly feeds: ReadonlyMap<string, Tensor>;
  readonly expected: ReadonlyMap<string, Tensor>;
}

export const dataFolder = path.join(import.meta.dirname, 'data');

export async function readCase(name: string): Promise<NodeCase> {
  const folder = path.join(dataFolder, name);
  const graph = await openOnnx(path.join(folder, 'model.onnx'));
  const tensors = (kind: string, names: readonly string[]) =>
    new Map(
      names.flatMap((value, i) => {
        const file = path.join(folder, 'test_data_set_0', `${kind}_${i}.pb`);
        return existsSync(file) ? [[value, readTensorFile(file)] as const] : [];
      }),
    );
  return { graph, feeds: tensors('input', graph.inputs), expected: tensors('output', graph.outputs) };
}

function readTensorFile(file: string): Tensor {
  const external = new ExternalData(path.dirname(file));
  return readTensor(fromBinary(TensorProtoSchema, readFileSync(file)), { external });
}
