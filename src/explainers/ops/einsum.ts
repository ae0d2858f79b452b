import { ExplainError } from '../errors.ts';
import { stringAttribute } from '../graph/attributes.ts';
import type { Dim, Node, ValueType } from '../graph/graph.ts';
import { Emit } from './emit.ts';
import { defineOps, type InferContext, type VjpContext } from './op.ts';

interface Equation {
  readonly inputs: readonly string[];
  readonly output: string;
}

/** The equation with every ellipsis written out as letters (aligned at the end) and the output made explicit. */
function equationOf(node: Node, ranks: readonly number[]): Equation {
  const text = stringAttribute(node, 'equation').replaceAll(' ', '');
  const [left, right] = text.split('->') as [string, string | undefined];
  const free = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'].filter((letter) => !text.includes(letter));
  const terms = left.split(',');
  const widths = terms.map((term, i) => (term.includes('...') ? ranks[i]! - (term.length - 3) : 0));
  const dots = free.slice(0, Math.max(0, ...widths));
  const inputs = terms.map((term, i) => term.replace('...', dots.slice(dots.length - widths[i]!).join('')));
  const letters = [...inputs.join('')];
  const once = letters.filter((letter) => !dots.includes(letter) && letters.filter((l) => l === letter).length === 1);
  return {
    inputs,
    output: right === undefined ? [...dots, ...once.sort()].join('') : right.replace('...', dots.join('')),
  };
}

function infer(c: InferContext): readonly ValueType[] {
  const shapes = c.types.map((type) => type?.shape);
  const dtype = c.types[0]?.dtype ?? 'float32';
  if (shapes.some((shape) => !shape)) return [{ dtype, shape: null }];
  const { inputs, output } = equationOf(
    c.node,
    shapes.map((shape) => shape!.length),
  );
  const sizes = new Map<string, Dim>();
  for (const [i, term] of inputs.entries()) {
    for (const [axis, letter] of [...term].entries()) {
      const size = shapes[i]![axis]!;
      const known = sizes.get(letter);
      if (known === undefined || known === 1 || (typeof known === 'string' && size !== 1)) sizes.set(letter, size);
    }
  }
  return [{ dtype, shape: [...output].map((letter) => sizes.get(letter) ?? 1) }];
}

/**
 * The gradient of one input is again a sum of products: of the output's gradient with the other inputs. Letters that only this
 * input has were summed away, so there its gradient is the same everywhere.
 */
function vjp(c: VjpContext) {
  const e = new Emit(c.b, c.type(c.x[0]!).dtype);
  const shapes = c.x.map((x) => c.shape(x));
  const { inputs, output } = equationOf(
    c.node,
    shapes.map((shape) => shape.length),
  );
  const seed = [...'KLMNOPQRSTUVWXYZABCDEFGHIJklmnopqrstuvwxyzabcdefghij'].find(
    (l) => ![...inputs, output].join('').includes(l),
  )!;
  return inputs.map((term, i) => {
    if (!c.needs(i)) return null;
    if (new Set(term).size !== term.length) throw diagonal(c.node);
    const others = inputs.filter((_, k) => k !== i);
    const kept = [...term].filter(
      (letter) => output.includes(letter) || others.some((other) => other.includes(letter)),
    );
    const equation = `${[seed + output, ...others].join()}->${seed}${kept.join('')}`;
    const product = e.op('Einsum', [c.g[0]!, ...c.x.filter((_, k) => k !== i)], { equation });
    if (kept.length === term.length) return product;
    const sizes = [...term].map((letter, axis) => (kept.includes(letter) ? shapes[i]![axis]! : 1));
    return e.expand(e.reshape(product, [-1, ...sizes]), [1, ...shapes[i]!]);
  });
}

const diagonal = (node: Node) =>
  new ExplainError({
    kind: 'unsupported',
    message: `Einsum '${stringAttribute(node, 'equation')}' takes a diagonal, whose gradient is not known.`,
    subject: `node '${node.name}'`,
    next: 'Use a method that needs no gradient.',
  });

export const einsumOps = defineOps([{ op: 'Einsum', role: 'product', infer, vjp }]);
