import { ExplainError } from '../errors.ts';
import { stringAttribute } from '../graph/attributes.ts';
import type { Dim, Node } from '../graph/graph.ts';
import { greatest } from '../lists.ts';

/** The sum of an Einsum: a letter per axis of each operand and of the output. */
export interface Equation {
  readonly inputs: readonly string[];
  readonly output: string;
}

const TERM = /^[A-Za-z]*(?:\.{3}[A-Za-z]*)?$/;

/**
 * The equation with every ellipsis written out as letters (aligned at the end) and the output made explicit.
 * @throws ExplainError `model` where it is none for operands of these ranks
 */
export function equationOf(node: Node, ranks: readonly number[]): Equation {
  const text = stringAttribute(node, 'equation').replaceAll(' ', '');
  const fault = faultOf(text, ranks);
  if (fault) {
    throw new ExplainError({
      kind: 'model',
      message: `The equation '${text}' of ${node.op} ${fault}.`,
      subject: `node '${node.name}'`,
      next: 'Export the model again, or check it with onnx.checker.',
    });
  }
  const [left, right] = text.split('->') as [string, string | undefined];
  const free = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'].filter((letter) => !text.includes(letter));
  const terms = left.split(',');
  const widths = terms.map((term, i) => (term.includes('...') ? ranks[i]! - (term.length - 3) : 0));
  const dots = free.slice(0, Math.max(0, greatest(widths)));
  const inputs = terms.map((term, i) => term.replace('...', dots.slice(dots.length - widths[i]!).join('')));
  const letters = [...inputs.join('')];
  const once = letters.filter((letter) => !dots.includes(letter) && letters.filter((l) => l === letter).length === 1);
  return {
    inputs,
    output: right === undefined ? [...dots, ...once.sort()].join('') : right.replace('...', dots.join('')),
  };
}

/** What keeps a text from being an equation for operands of these ranks. */
function faultOf(text: string, ranks: readonly number[]): string | undefined {
  const [left = '', right, ...more] = text.split('->');
  const terms = left.split(',');
  if (more.length > 0 || ![...terms, right ?? ''].every((term) => TERM.test(term))) return 'cannot be read';
  if (terms.length !== ranks.length) return `has ${terms.length} terms for ${ranks.length} operands`;
  const misfit = terms.findIndex((term, i) =>
    term.includes('...') ? term.length - 3 > ranks[i]! : term.length !== ranks[i],
  );
  if (misfit >= 0) return `has '${terms[misfit]}' for an operand of ${ranks[misfit]} axes`;
  const made = (right ?? '').replace('...', '');
  const unknown = [...made].find((letter) => !left.includes(letter));
  if (unknown !== undefined) return `makes an axis '${unknown}' of nothing`;
  return new Set(made).size === made.length ? undefined : 'makes an axis twice';
}

/** The length of each letter's axis; an axis of length 1 is repeated if another operand's is longer. */
export function sizesOf<D extends Dim>(
  inputs: readonly string[],
  shapes: readonly (readonly D[])[],
): ReadonlyMap<string, D> {
  const sizes = new Map<string, D>();
  for (const [i, term] of inputs.entries()) {
    for (const [axis, letter] of [...term].entries()) {
      const size = shapes[i]![axis]!;
      const known = sizes.get(letter);
      if (known === undefined || known === 1 || (typeof known === 'string' && size !== 1)) sizes.set(letter, size);
    }
  }
  return sizes;
}
