import { ExplainError } from '../errors.ts';
import type { Dim, Graph, ValueType } from '../graph/graph.ts';
import { sizeOf, type Tensor } from '../tensor/tensor.ts';
import { checkDeadly } from './deadly.ts';
import { isStatic } from './elements.ts';
import { foldNode } from './fold.ts';
import type { InferContext, OpEntry } from './op.ts';
import { opEntry } from './opTable.ts';
import { isQuantising, quantisesValues } from './quantised.ts';

/** What is known about a graph before it runs. */
export interface Inference {
  /**
   * Types of all values that follow from the inputs' types (or, after an undeclared operator, are given by the file).
   */
  readonly types: ReadonlyMap<string, ValueType>;
  /** Values that nodes compute from constants and from static shapes. */
  readonly values: ReadonlyMap<string, Tensor>;
}

/**
 * Walks the graph once: types from types, and values from constants and shapes where an operator can be folded.
 * @throws ExplainError `model` if shapes contradict each other
 */
export function infer(graph: Graph): Inference {
  const types = new Map<string, ValueType>();
  const values = new Map<string, Tensor>();
  for (const name of graph.inputs) {
    const type = graph.types.get(name);
    if (type) types.set(name, type);
  }
  for (const [name, { dtype, shape }] of graph.constants) types.set(name, { dtype, shape });
  const quantised = quantisesValues(graph);
  for (const node of graph.nodes) {
    const entry = opEntry(node.op, node.domain);
    const inputs = node.inputs.map((name) => (name ? types.get(name) : undefined));
    const ready = node.inputs.every((name, i) => name === '' || inputs[i]);
    const c: InferContext = {
      node,
      types: inputs,
      opset: graph.opset,
      constant: (i) => {
        const name = node.inputs[i];
        return name ? (graph.constants.get(name) ?? values.get(name)) : undefined;
      },
    };
    checkDeadly(c, opEntry(node.op, ''), entry !== undefined);
    const inferred = entry && ready ? outputTypes(entry, c) : [];
    for (const [i, name] of node.outputs.entries()) {
      const type = settled(inferred[i], graph.types.get(name));
      if (name && type) types.set(name, type);
    }
    const stays = quantised && isQuantising(node);
    const folded = entry && ready && !stays ? foldNode(entry, c, inferred) : null;
    for (const [i, name] of node.outputs.entries()) {
      if (name && folded?.[i]) values.set(name, folded[i]);
    }
  }
  return { types, values };
}

/** More than any tensor has. */
const MOST_AXES = 64;
/** Of one value: as float32 it would take 2 TB. Smaller ones are refused by the session, with the memory they take. */
const MOST_ELEMENTS = 2 ** 39;

function outputTypes(entry: OpEntry, c: InferContext): readonly ValueType[] {
  let types: readonly ValueType[];
  try {
    types = entry.infer(c);
  } catch (cause) {
    if (cause instanceof ExplainError) throw cause;
    throw contradiction(c, 'do not match what the operator accepts', cause);
  }
  const bad =
    types.some(({ shape }) => shape && shape.length > MOST_AXES) ||
    types.some(({ shape }) =>
      shape?.some((dim) => typeof dim === 'number' && !(Number.isSafeInteger(dim) && dim >= 0)),
    );
  if (bad) throw contradiction(c, 'leave nothing of the output');
  const vast = types.find(({ shape }) => isStatic(shape) && sizeOf(shape) > MOST_ELEMENTS);
  if (vast) throw tooLarge(c, vast.shape as readonly number[]);
  return types;
}

function tooLarge({ node }: InferContext, shape: readonly number[]): ExplainError {
  return new ExplainError({
    kind: 'memory',
    message: `${node.op} would make a value of [${shape.join(', ')}], which fits into no memory.`,
    subject: `node '${node.name}'`,
    next: 'Check the input size that the model expects, or export the model again.',
  });
}

function contradiction(c: InferContext, what: string, cause?: unknown): ExplainError {
  const shapes = c.types.map((type) => (type ? `[${type.shape ?? '…'}]` : '·')).join(', ');
  return new ExplainError(
    {
      kind: 'model',
      message: `The inputs of ${c.node.op}, ${shapes}, ${what}.`,
      subject: `node '${c.node.name}'`,
      next: 'Check the input size that the model expects, or export the model again.',
    },
    { cause },
  );
}

/** The inferred type; a dimension that is only known at run time is taken from the file, if the file gives a number. */
function settled(type: ValueType | undefined, declared: ValueType | undefined): ValueType | undefined {
  if (!type) return declared;
  if (isStatic(type.shape) || !declared?.shape) return type;
  if (!type.shape) return { dtype: type.dtype, shape: declared.shape };
  if (type.shape.length !== declared.shape.length) return type;
  const shape = type.shape.map((dim, axis): Dim => {
    const given = declared.shape![axis]!;
    return typeof dim === 'string' && typeof given === 'number' ? given : dim;
  });
  return { dtype: type.dtype, shape };
}

/** The graph with a type for every value whose type is known; see {@link infer}. */
export function inferTypes(graph: Graph): Graph {
  return { ...graph, types: infer(graph).types };
}

/**
 * The graph for inputs of given shapes (a batch of 1 and the image's size), with every other type derived from them.
 * @throws ExplainError `model` if the file fixes another size, or the shapes contradict each other
 */
export function specialize(graph: Graph, shapes: ReadonlyMap<string, readonly number[]>): Graph {
  const bindings = new Map<string, number>();
  const types = new Map(graph.types);
  for (const [name, shape] of shapes) {
    const declared = graph.types.get(name);
    if (!graph.inputs.includes(name) || !declared) throw new Error(`the graph has no input '${name}'`);
    if (declared.shape && !fits(declared.shape, shape)) {
      throw new ExplainError({
        kind: 'model',
        message: `The model expects an input of [${declared.shape.join(', ')}], not [${shape.join(', ')}].`,
        subject: `input '${name}'`,
        next: 'Set the size that the model expects, or export the model with dynamic height, width and batch.',
      });
    }
    declared.shape?.forEach((dim, axis) => {
      if (typeof dim === 'string') bindings.set(dim, shape[axis]!);
    });
    types.set(name, { dtype: declared.dtype, shape });
  }
  for (const [name, type] of types) {
    if (!type.shape || isStatic(type.shape)) continue;
    types.set(name, {
      dtype: type.dtype,
      shape: type.shape.map((dim) => (typeof dim === 'string' ? (bindings.get(dim) ?? dim) : dim)),
    });
  }
  return inferTypes({ ...graph, types });
}

const fits = (declared: readonly Dim[], shape: readonly number[]) =>
  declared.length === shape.length && declared.every((dim, axis) => typeof dim === 'string' || dim === shape[axis]);
