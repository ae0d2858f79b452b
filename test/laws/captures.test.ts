// Values that subgraphs take from outside: an If is differentiated, what cannot be is refused by name, nothing is left
// out.
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { differentiable } from '../../src/explainers/autodiff/path.ts';
import type { Engine } from '../../src/explainers/engines/engine.ts';
import { openOnnxRuntime } from '../../src/explainers/engines/onnxruntime.ts';
import { GraphBuilder } from '../../src/explainers/graph/build.ts';
import type { Attribute, Graph } from '../../src/explainers/graph/graph.ts';
import { capturedBy } from '../../src/explainers/graph/rewrite.ts';
import { verify } from '../../src/explainers/graph/verify.ts';
import { canonicalize } from '../../src/explainers/ops/canonical/canonicalize.ts';
import { batched } from '../../src/explainers/perturbation/batched.ts';
import { float32, int64, scalar, type Tensor } from '../../src/explainers/tensor/tensor.ts';
import { numbers } from '../tinyModels.ts';
import { checkGraph } from './parts/checkGradient.ts';
import { Draw } from './parts/random.ts';

const engine: Engine = await openOnnxRuntime({ threads: 1 });
afterAll(() => engine.dispose());

const SHAPE = [1, 2, 3, 3] as const;
const type = { dtype: 'float32', shape: SHAPE } as const;

/** Smooth operators of one and of two values. */
const ONE = ['Tanh', 'Sigmoid', 'Softplus', 'Sin', 'Exp'] as const;
const TWO = ['Add', 'Sub', 'Mul'] as const;

/**
 * A graph, or a branch of one, as a plan: each step reads some of the values before it, those from outside included.
 */
type Step =
  | { readonly kind: 'op'; readonly op: number; readonly a: number; readonly b: number }
  | { readonly kind: 'weight'; readonly a: number; readonly seed: number }
  | { readonly kind: 'if'; readonly on: number; readonly above: boolean; readonly yes: Plan; readonly no: Plan };
type Plan = readonly Step[];

const place = fc.nat({ max: 99 });
const { plan } = fc.letrec<{ step: Step; plan: Plan }>((tie) => ({
  step: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'nested' },
    fc.record({ kind: fc.constant('op' as const), op: fc.nat({ max: 7 }), a: place, b: place }),
    fc.record({ kind: fc.constant('weight' as const), a: place, seed: fc.nat({ max: 9 }) }),
    fc.record({
      kind: fc.constant('if' as const),
      on: place,
      above: fc.boolean(),
      yes: tie('plan'),
      no: tie('plan'),
    }),
  ),
  plan: fc.array(tie('step'), { minLength: 1, maxLength: 4, depthIdentifier: 'nested' }),
}));

/**
 * Writes a plan down; `outside` are the values that it may read. Names are the same in all branches, as exporters write
 * them.
 */
function written(b: GraphBuilder, plan: Plan, outside: readonly string[]): string {
  const values = [...outside];
  const at = (index: number) => values[index % values.length]!;
  for (const step of plan) {
    if (step.kind === 'op') {
      const op = [...ONE, ...TWO][step.op]!;
      values.push(b.node(op, step.op < ONE.length ? [at(step.a)] : [at(step.a), at(step.b)]));
    } else if (step.kind === 'weight') {
      values.push(b.node('Mul', [at(step.a), b.constant(numbers([2, 1, 1], step.seed), 'w')]));
    } else {
      const mean = b.node('ReduceMean', [at(step.on)], { keepdims: 0 });
      // Far from where it would change within a step.
      const condition = b.node('Greater', [mean, b.constant(scalar(step.above ? 50 : -50))]);
      const branch = (inner: Plan): Attribute => {
        const body = new GraphBuilder('branch');
        body.setOutputs([written(body, inner, values)]);
        return { kind: 'graph', value: { ...body.build(), inputs: [] } };
      };
      values.push(b.node('If', [condition], { then_branch: branch(step.yes), else_branch: branch(step.no) }));
    }
  }
  return values.at(-1)!;
}

/** Branches' own names differ from those outside, as ONNX wants. */
function distinct(graph: Graph, prefix: string): Graph {
  const names = new Map<string, string>();
  const fresh = (name: string) => {
    const made = `${prefix}${name}`;
    names.set(name, made);
    return made;
  };
  const constants = new Map([...graph.constants].map(([name, tensor]) => [fresh(name), tensor]));
  const read = (name: string) => names.get(name) ?? name;
  const nodes = graph.nodes.map((node, i) => {
    const inputs = node.inputs.map(read);
    const attributes = new Map(
      [...node.attributes].map(([key, attribute]) => [
        key,
        attribute.kind === 'graph'
          ? { kind: 'graph' as const, value: captured(distinct(attribute.value, `${prefix}${i}${key[0]}.`), names) }
          : attribute,
      ]),
    );
    return { ...node, name: `${prefix}${node.name}`, inputs, attributes, outputs: node.outputs.map(fresh) };
  });
  return { ...graph, constants, nodes, outputs: graph.outputs.map(read), types: new Map() };
}

function captured(graph: Graph, names: ReadonlyMap<string, string>): Graph {
  const own = new Set([...graph.constants.keys(), ...graph.nodes.flatMap(({ outputs }) => outputs)]);
  const read = (name: string) => (own.has(name) ? name : (names.get(name) ?? name));
  const nodes = graph.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(read),
    attributes: new Map(
      [...node.attributes].map(([key, attribute]) => [
        key,
        attribute.kind === 'graph' ? { kind: 'graph' as const, value: captured(attribute.value, names) } : attribute,
      ]),
    ),
  }));
  return { ...graph, nodes, outputs: graph.outputs.map(read) };
}

function graphOf(plan: Plan): Graph {
  const b = new GraphBuilder('captures');
  const x = b.input('x', type);
  const result = b.node('Mul', [written(b, plan, [x]), b.constant(scalar(0.5))], {}, 'y');
  b.setOutputs([result]);
  const graph = b.build();
  const inner = distinct(graph, '');
  return { ...inner, types: new Map([...graph.types].filter(([name]) => name === 'x')) };
}

async function run(graph: Graph, feeds: ReadonlyMap<string, Tensor>) {
  const executable = await engine.compile(graph);
  const result = (await executable.run(feeds)).get(graph.outputs[0]!)!;
  await executable.dispose();
  return Array.from(result.data as Float32Array);
}

describe('an If', () => {
  test('has its value and its gradient, in any graph of captured values, nested or not', async () => {
    let seed = 1;
    let ifs = 0;
    await fc.assert(
      fc.asyncProperty(plan, async (steps) => {
        const graph = graphOf(steps);
        const canonical = canonicalize(graph);
        expect(verify(canonical)).toEqual([]);
        expect(canonical.nodes.map(({ op }) => op)).not.toContain('If');
        if (graph.nodes.some(({ op }) => op === 'If')) ifs++;
        const draw = new Draw(seed++);
        const x = { shape: SHAPE, values: draw.values(SHAPE, -0.7, 0.7) };
        const feeds = new Map([['x', float32(SHAPE, Float32Array.from(x.values))]]);
        const [want, found] = [await run(graph, feeds), await run(canonical, feeds)];
        const sound = want.every((value) => Math.abs(value) < 1e3);
        for (const [i, value] of want.entries())
          if (sound) expect(Math.abs(found[i]! - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
        // The way through canonical form to the gradient, compared with differences of the original graph.
        if (sound)
          await checkGraph(engine, canonical, new Map([['x', x]]), draw, {
            dtype: 'float32',
            step: 3e-3,
            tolerance: 1e-2,
          });
      }),
      { numRuns: 60 },
    );
    expect(ifs).toBeGreaterThan(5);
  });

  test('what is not taken may be no number, and gives nothing back', async () => {
    const b = new GraphBuilder('guarded');
    const x = b.input('x', type);
    const body = (make: (inner: GraphBuilder) => string): Attribute => {
      const inner = new GraphBuilder('branch');
      inner.setOutputs([make(inner)]);
      return { kind: 'graph', value: inner.build() };
    };
    const mean = b.node('ReduceMean', [x], { keepdims: 0 });
    const positive = b.node('Greater', [mean, b.constant(scalar(100))]);
    const branches = {
      then_branch: body((inner) => inner.node('Sqrt', [inner.node('Log', [x], {}, 'log')], {}, 'root')),
      else_branch: body((inner) => inner.node('Tanh', [x], {}, 'else')),
    };
    b.setOutputs([b.node('If', [positive], branches, 'y')]);
    const draw = new Draw(1);
    const at = new Map([['x', { shape: SHAPE, values: draw.values(SHAPE, -2, -1) }]]);
    await checkGraph(engine, canonicalize(b.build()), at, draw, { dtype: 'float32' });
  });
});

test('an If whose results differ in shape is refused by name, and runs as it was', async () => {
  const b = new GraphBuilder('shapes');
  const x = b.input('x', type);
  const positive = b.node('Greater', [b.node('ReduceMean', [x], { keepdims: 0 }), b.constant(scalar(-9))]);
  const body = (keepdims: number): Attribute => {
    const inner = new GraphBuilder('branch');
    inner.setOutputs([inner.node('ReduceMax', [x], { keepdims }, `max${keepdims}`)]);
    return { kind: 'graph', value: inner.build() };
  };
  const either = b.node('If', [positive], { then_branch: body(1), else_branch: body(0) });
  b.setOutputs([b.node('ReduceSum', [either], { keepdims: 0 }, 'y')]);
  const graph = canonicalize(b.build());
  expect(differentiable(graph, graph.outputs, ['x'])?.message).toContain('If (node');
  const feeds = new Map([['x', numbers(SHAPE)]]);
  expect(await run(graph, feeds)).toEqual(await run(b.build(), feeds));
});

/** In addition to a plain path, a Loop or a Scan whose body reads `feature` from outside. */
function around(op: 'Loop' | 'Scan', beside: boolean): Graph {
  const b = new GraphBuilder(op);
  const x = b.input('x', type);
  const feature = b.node('Tanh', [x], {}, 'feature');
  const start = b.constant(float32(SHAPE, new Float32Array(18)), 'start');
  const body = new GraphBuilder('body');
  if (op === 'Loop') {
    body.input('iteration', { dtype: 'int64', shape: [] });
    const go = body.input('go', { dtype: 'bool', shape: [] });
    const state = body.input('state', type);
    body.setOutputs([body.node('Identity', [go], {}, 'still'), body.node('Add', [state, feature], {}, 'next')]);
  } else {
    const state = body.input('state', type);
    body.input('slice', { dtype: 'float32', shape: [1] });
    body.setOutputs([body.node('Add', [state, feature], {}, 'next')]);
  }
  const inner: Attribute = { kind: 'graph', value: body.build() };
  const looped =
    op === 'Loop'
      ? b.node('Loop', [b.constant(int64([3], []), 'times'), '', start], { body: inner }, 'looped')
      : b.node('Scan', [start, b.constant(numbers([3, 1]), 'slices')], { body: inner, num_scan_inputs: 1 }, 'looped');
  b.type(looped, type);
  b.setOutputs([beside ? b.node('Add', [looped, x], {}, 'y') : b.node('Neg', [looped], {}, 'y')]);
  return b.build();
}

describe.each(['Loop', 'Scan'] as const)('what a %s reads from outside', (op) => {
  test.each([true, false])(
    'is on the way to the scores, which is refused by name (in addition to a plain path: %s)',
    (beside) => {
      const graph = canonicalize(around(op, beside));
      expect(
        capturedBy((graph.nodes.find((node) => node.op === op)!.attributes.get('body') as { value: Graph }).value),
      ).toContain('feature:0');
      expect(differentiable(graph, graph.outputs, ['x'])?.message).toContain(`${op} (node`);
    },
  );

  test('is no batch', () => {
    expect(() => batched(canonicalize(around(op, true)), 'x', 2)).toThrow(op);
  });

  test('runs in canonical form as it was', async () => {
    const graph = around(op, true);
    const feeds = new Map([['x', numbers(SHAPE)]]);
    expect(await run(canonicalize(graph), feeds)).toEqual(await run(graph, feeds));
  });
});
