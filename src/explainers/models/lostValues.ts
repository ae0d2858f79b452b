import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ExplainError } from '../errors.ts';
import { leadsOut } from '../files/reach.ts';
import type { Graph } from '../graph/graph.ts';
import type { Opening } from '../importers/importer.ts';
import { openModel } from '../importers/importers.ts';
import { float32, sizeOf, toNumbers } from '../tensor/tensor.ts';

/** The name of an operator's operand, as TensorFlow writes them; no person named this input. */
const OPERAND = /\/(?<layer>[^/]+)\/(?<operand>\w+\/\w+):\d+$/;

/** A value that Keras' ONNX export lost, so that the file has it among its inputs. */
export const isLost = (name: string): boolean => OPERAND.test(name);

/** What each operand of a Normalization layer is, made of the layer's mean and deviation. */
const OPERANDS: ReadonlyMap<string, (layer: Layer) => readonly number[]> = new Map([
  ['Sub/y', ({ mean }: Layer) => mean],
  ['Sqrt/x', ({ deviation }: Layer) => deviation.map((each) => each ** 2)],
  ['truediv/y', ({ deviation }: Layer) => deviation],
]);

interface Layer {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/**
 * The graph with the values that Keras' ONNX export lost, read from the Keras file next to the model: of the same name,
 * or the only one in the folder. The graph as it is, if there is none or it lacks a value.
 */
export async function withLostValues(
  graph: Graph,
  model: string,
  within: readonly string[],
  opening?: Opening,
): Promise<{ readonly graph: Graph; readonly from: string | null }> {
  const lost = graph.inputs.filter((name) => !graph.constants.has(name) && isLost(name));
  const file = lost.length > 0 ? kerasBeside(model, within, opening) : undefined;
  if (file === undefined) return { graph, from: null };
  const layers = await normalisations(file, opening);
  const found = lost.flatMap((name) => {
    const values = valuesOf(name, layers);
    const shape = graph.types.get(name)?.shape?.map((dim) => (typeof dim === 'number' ? dim : 1));
    if (!values || !shape) return [];
    const size = sizeOf(shape);
    if (values.length !== size && values.length !== 1) return [];
    return [
      [
        name,
        float32(
          shape,
          Array.from({ length: size }, (_, i) => values[i] ?? values[0]!),
        ),
      ] as const,
    ];
  });
  if (found.length < lost.length) return { graph, from: null };
  const constants = new Map([...graph.constants, ...found]);
  return {
    graph: { ...graph, constants, inputs: graph.inputs.filter((name) => !constants.has(name)) },
    from: path.basename(file),
  };
}

function kerasBeside(model: string, within: readonly string[], opening?: Opening): string | undefined {
  const folder = path.dirname(model);
  const same = `${path.basename(model).replace(/\.[^.]*$/, '')}.keras`;
  // It may be put there later.
  opening?.(path.join(folder, same));
  const only = () => {
    const all = readdirSync(folder).filter((name) => name.endsWith('.keras'));
    return all.length === 1 ? all[0]! : undefined;
  };
  const name = existsSync(path.join(folder, same)) ? same : only();
  if (name === undefined) return undefined;
  const file = path.join(folder, name);
  return leadsOut(file, [folder, ...within]) ? undefined : file;
}

/** The Normalization layers of a Keras file, by name; none if it cannot be read. */
async function normalisations(file: string, opening?: Opening): Promise<ReadonlyMap<string, Layer>> {
  try {
    const { constants } = await openModel(file, opening);
    const layers = new Map<string, Layer>();
    for (const [name, mean] of constants) {
      const layer = /^(.*)\/mean$/.exec(name)?.[1];
      const deviation = layer === undefined ? undefined : constants.get(`${layer}/deviation`);
      if (layer !== undefined && deviation) {
        layers.set(layer.split('/').at(-1)!, { mean: toNumbers(mean), deviation: toNumbers(deviation) });
      }
    }
    return layers;
  } catch (thrown) {
    if (thrown instanceof ExplainError) return new Map();
    throw thrown;
  }
}

/** By the layer's name, to which TensorFlow may add a number; a single layer needs none. */
function valuesOf(name: string, layers: ReadonlyMap<string, Layer>): readonly number[] | undefined {
  const { layer: scope = '', operand = '' } = OPERAND.exec(name)?.groups ?? {};
  const layer =
    layers.get(scope) ??
    layers.get(scope.replace(/_\d+$/, '')) ??
    (layers.size === 1 ? [...layers.values()][0] : undefined);
  return layer && OPERANDS.get(operand)?.(layer);
}
