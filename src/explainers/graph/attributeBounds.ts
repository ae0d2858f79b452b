import type { Attribute, Node } from './graph.ts';

/** Runtimes compute with 32 bits in many places, cut a larger number silently, and divide by the zero that is left. */
const LARGEST = 2 ** 31 - 1;
/** More axes than any tensor has. */
const MOST_AXES = 64;

/** Attributes that hold values, not sizes: any whole number is one. */
const VALUES: ReadonlySet<string> = new Set([
  'value_int',
  'value_ints',
  'start',
  'end',
  'starts',
  'ends',
  'pool_int64s',
]);
const AXES = /(?:^|_)ax[ei]s$|^(?:batch_dims|perm)$/;

/** What is wrong with a node's whole numbers, in words: such as no runtime may be given. */
export function attributeProblems(node: Node): readonly string[] {
  // Tables of classic machine learning have keys of 64 bits.
  if (node.domain === 'ai.onnx.ml') return [];
  return [...node.attributes].flatMap(([name, attribute]) => {
    const wrong = wholeNumbers(attribute).find((value) => !isPlausible(name, value));
    return wrong === undefined ? [] : [`node '${node.name}' (${node.op}) has ${wrong} in its attribute '${name}'`];
  });
}

function wholeNumbers(attribute: Attribute): readonly number[] {
  return attribute.kind === 'int' ? [attribute.value] : attribute.kind === 'ints' ? attribute.value : [];
}

function isPlausible(name: string, value: number): boolean {
  return VALUES.has(name) || Math.abs(value) <= (AXES.test(name) ? MOST_AXES : LARGEST);
}
