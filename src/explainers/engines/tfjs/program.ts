import { setImmediate as breath } from 'node:timers/promises';
import { ExplainError, throwIfCancelled } from '../../errors.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import { isSavedModel } from '../../graph/savedModel.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { maxPoolForm } from '../devices/maxPoolForm.ts';
import type { Executable } from '../engine.ts';
import type { Kernel, Value } from './kernel.ts';
import { KERNELS } from './kernels.ts';
import { savedModel, useSavedModels } from './savedModels.ts';
import type { Tf } from './tf.ts';
import { fromTf, toTf } from './tfTensor.ts';

/** Milliseconds after which a run pauses, so that a cancel is noticed. */
const TURN = 50;

/**
 * Compiles a graph to kernels, node by node. Throws `unsupported` with the operator's name if there is no kernel.
 */
export function tfProgram(tf: Tf, source: Graph): Executable {
  const graph = maxPoolForm(source);
  for (const node of graph.nodes) if (!kernelOf(node)) throw noKernel(node);
  let release: () => void;
  try {
    release = useSavedModels(tf, graph);
  } catch (thrown) {
    throw asError(thrown, graph);
  }
  const constants = new Map<string, Value>();
  for (const [name, tensor] of graph.constants) constants.set(name, toTf(tf, tensor as Tensor));
  const done = lastUses(graph);
  return {
    lanes: 1,
    async run(feeds, { signal } = {}) {
      const values = new Map<string, Value>(constants);
      const own = new Set<string>();
      const hold = (name: string, value: Value) => {
        values.set(name, value);
        own.add(name);
      };
      try {
        for (const [name, tensor] of feeds) if (graph.inputs.includes(name)) hold(name, toTf(tf, tensor));
        let turn = performance.now();
        for (const [i, node] of graph.nodes.entries()) {
          throwIfCancelled(signal);
          for (const [name, value] of computed(tf, graph, node, values)) hold(name, value);
          for (const name of done[i]!) if (own.delete(name)) values.get(name)!.tensor.dispose();
          if (performance.now() - turn < TURN) continue;
          await breath();
          turn = performance.now();
        }
        return new Map(graph.outputs.map((name) => [name, fromTf(values.get(name)!)]));
      } catch (thrown) {
        throw asError(thrown, graph);
      } finally {
        for (const name of own) values.get(name)!.tensor.dispose();
      }
    },
    async dispose() {
      for (const { tensor } of constants.values()) tensor.dispose();
      release();
    },
  };
}

const kernelOf = (node: Node): Kernel | undefined =>
  node.domain === '' ? KERNELS.get(node.op) : isSavedModel(node) ? savedModel : undefined;

function computed(tf: Tf, graph: Graph, node: Node, values: ReadonlyMap<string, Value>): readonly [string, Value][] {
  const inputs = node.inputs.map((name) => (name === '' ? undefined : values.get(name)));
  const results: Value[] = [];
  tf.tidy(() => {
    const made = kernelOf(node)!({ tf, node, inputs, opset: graph.opset });
    // A tensor that is passed on unchanged must outlive the input.
    const kept = made.map(({ dtype, tensor }) => {
      const isInput = inputs.some((each) => each?.tensor === tensor);
      return { dtype, tensor: isInput ? tf.reshape(tensor, tensor.shape) : tensor };
    });
    for (const value of kept) results.push({ ...value, tensor: tf.keep(value.tensor) });
  });
  return results.flatMap((value, i) => (node.outputs[i] ? [[node.outputs[i], value] as [string, Value]] : []));
}

/** Per node, the values that no later node reads. */
function lastUses(graph: Graph): readonly (readonly string[])[] {
  const last = new Map<string, number>();
  for (const [i, node] of graph.nodes.entries())
    for (const name of [...node.outputs, ...node.inputs]) last.set(name, i);
  for (const name of graph.outputs) last.delete(name);
  const done: string[][] = graph.nodes.map(() => []);
  for (const [name, i] of last) done[i]!.push(name);
  return done;
}

function noKernel({ op, domain, name }: Node): ExplainError {
  return new ExplainError({
    kind: 'unsupported',
    message: `TensorFlow.js has no operator ${domain ? `${op} of domain '${domain}'` : op}.`,
    subject: `node '${name}'`,
    next: 'Use ONNX Runtime (leave --engine out).',
  });
}

function asError(thrown: unknown, graph: Graph): ExplainError {
  if (thrown instanceof ExplainError) return thrown;
  const said = (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0]!;
  const isMemory = /OOM|out of memory|alloc/i.test(said);
  return new ExplainError(
    {
      kind: isMemory ? 'memory' : 'engine',
      message: isMemory
        ? 'TensorFlow ran out of memory.'
        : `TensorFlow refused the model: ${said.replace(/\.\s*$/, '')}.`,
      subject: graph.name,
      next: isMemory ? 'Close other programs, or use a smaller input size.' : 'Use ONNX Runtime (leave --engine out).',
    },
    { cause: thrown },
  );
}
