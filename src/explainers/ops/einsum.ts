import { ExplainError } from '../errors.ts';
import { stringAttribute } from '../graph/attributes.ts';
import type { Node, ValueType } from '../graph/graph.ts';
import { Emit } from './emit.ts';
import { equationOf, sizesOf } from './equation.ts';
import { defineOps, type InferContext, type VjpContext } from './op.ts';

function infer(c: InferContext): readonly ValueType[] {
  const shapes = c.types.map((type) => type?.shape);
  const dtype = c.types[0]?.dtype ?? 'float32';
  if (shapes.some((shape) => !shape)) return [{ dtype, shape: null }];
  const { inputs, output } = equationOf(
    c.node,
    shapes.map((shape) => shape!.length),
  );
  const sizes = sizesOf(
    inputs,
    shapes.map((shape) => shape!),
  );
  return [{ dtype, shape: [...output].map((letter) => sizes.get(letter) ?? 1) }];
}

/**
 * The gradient of one input is again a sum of products: of the output's gradient and the other inputs. Letters that
 * only this input has were summed away, so its gradient is constant along them.
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
    message: `Einsum '${stringAttribute(node, 'equation')}' takes a diagonal, whose gradient is not supported.`,
    subject: `node '${node.name}'`,
    next: 'Use a method that needs no gradient.',
  });

export const einsumOps = defineOps([{ op: 'Einsum', role: 'product', infer, vjp }]);
