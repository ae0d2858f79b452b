import { backward } from '../../autodiff/backward.ts';
import { ExplainError } from '../../errors.ts';
import { GraphBuilder } from '../../graph/build.ts';
import { Inliner } from '../../graph/inline.ts';
import { prune, subgraph } from '../../graph/rewrite.ts';
import { type Attention, type Transformer, transformerOf } from '../../method/attentions.ts';
import { runClasses, SEEDS } from '../../method/classGradient.ts';
import { defineMethod, type ExplainableModel, type ExplanationMap } from '../../method/method.ts';
import { Emit } from '../../ops/emit.ts';
import { inferTypes } from '../../ops/infer.ts';
import type { TensorOf } from '../../tensor/tensor.ts';
import { tokenMap, tokenNote } from './tokenMap.ts';

/** Each block has a matrix of gradients per head, so few classes are computed at once. */
const CLASSES_AT_ONCE = 4;

export const legrad = defineMethod({
  id: 'legrad',
  title: 'LeGrad',
  summary:
    'Which patches raise the class where a transformer’s tokens look at them: positive gradients with respect to the attention, at every block.',
  caution:
    'Evidence against the class is dropped. Each block is read out as if it were the last one, which early blocks are not made for.',
  formula:
    'mean_l mean_{h,i} ReLU( ∂ s^l / ∂ A^l_{h,i,·} ), s^l: the class’s logit read from the tokens behind block l',
  cite: {
    authors: 'W. Bousselham, A. Boggust, S. Chaybouti, H. Strobelt, H. Kuehne',
    title: 'LeGrad: An Explainability Method for Vision Transformers via Feature Formation Sensitivity',
    venue: 'ICCV',
    year: 2025,
    url: 'https://arxiv.org/abs/2404.03214',
    reference: 'no library: a slow twin of the definition',
  },
  needs: ['gradient', 'attention'],
  group: 'regions',
  slow: false,
  signed: false,
  parameters: {
    last: {
      kind: 'integer',
      default: 0,
      min: 0,
      max: 1000,
      about: 'How many of the last blocks are averaged; 0: all of them.',
    },
  },
  async explain(context, { last }) {
    const { model } = context;
    const transformer = transformerOf(model);
    const used = blocksOf(transformer, last);
    const maps: ExplanationMap[] = [];
    const notes = [tokenNote(transformer, used.length)];
    await runClasses(
      context,
      `legrad ${used.length}`,
      CLASSES_AT_ONCE,
      () => legradGraph(model, transformer, used),
      (targets, [perToken]) => {
        const { data } = perToken as TensorOf<'float32'>;
        for (const [k, target] of targets.entries()) {
          const own = data.subarray(k * transformer.tokens, (k + 1) * transformer.tokens);
          const values = tokenMap(model, transformer, own);
          const blank = values.data.every((value) => value === 0);
          maps.push({ target, values, notes: blank ? [...notes, BLANK] : notes, figures: {} });
        }
      },
    );
    return maps;
  },
});

const BLANK = 'The map is blank: more attention to any patch would not raise the class.';

/** The blocks that are averaged, each with the tokens behind it. */
function blocksOf(
  { attentions, end }: Transformer,
  last: number,
): readonly (Attention & { readonly stream: string })[] {
  const chosen = last === 0 ? attentions : attentions.slice(-last);
  const found = chosen.flatMap((each) => (each.stream === null ? [] : [{ ...each, stream: each.stream }]));
  if (end !== null && found.length === chosen.length) return found;
  throw new ExplainError({
    kind: 'unsupported',
    message: 'The tokens behind the blocks cannot be read out like those of the last one.',
    subject: 'legrad',
    next: 'Use attention rollout, Grad-ECLIP or AttnLRP.',
  });
}

/** Positive gradients of each block's own read-out, averaged over blocks, heads and queries: [K, tokens]. */
function legradGraph(model: ExplainableModel, { end, tokens }: Transformer, blocks: ReturnType<typeof blocksOf>) {
  const streams = blocks.map(({ stream }) => stream);
  const weights = blocks.map((block) => block.weights);
  const forward = prune({ ...model.graph, outputs: [...new Set([...streams, ...weights])] });
  const head = subgraph(model.graph, [end!], [model.logits]);
  const whole = new GraphBuilder(forward);
  const others = head.inputs.filter((name) => name !== end);
  for (const name of others) if (!forward.inputs.includes(name)) whole.input(name, model.graph.types.get(name)!);
  const inliner = new Inliner(whole);
  const logits = streams.map((stream) => {
    const given = new Map<string, string>([...others.map((name) => [name, name] as const), [end!, stream]]);
    return inliner.add(head, given)[0]!;
  });
  whole.setOutputs([...weights, ...logits]);
  const graph = inferTypes(whole.build());
  const b = new GraphBuilder(graph);
  const seeds = b.input(SEEDS, { dtype: 'float32', shape: ['K', 1, model.classes] });
  const e = new Emit(b, 'float32');
  const parts = blocks.map(({ weights: of, heads }, i) => {
    const gradient = backward(b, graph, { seeds: new Map([[logits[i]!, seeds]]), wrt: [of] }).get(of)!;
    const each = e.reshape(e.op('Relu', [gradient]), [-1, heads * tokens, tokens]);
    return e.op('ReduceMean', [each, e.ints([1])], { keepdims: 0 });
  });
  const sum = parts.reduce((all, part) => e.add(all, part));
  b.setOutputs([e.div(sum, parts.length)]);
  return prune(b.build());
}
