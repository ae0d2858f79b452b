// The model of examples/image-text, whose exact values were computed in PyTorch in double precision: Shapley values of
// its image and eight tokens over all 512 coalitions, gradient × input and integrated gradients through the embeddings.
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SourceShares } from '../../../src/explainers/contracts/sources.ts';
import { Session } from '../../../src/explainers/session.ts';
import { examples } from '../../data.ts';

/** The tokens in their order, then the image. */
const PAIRS = [
  {
    image: '01.png',
    target: 1,
    logit: 2.808682,
    baseline: -0.43161,
    shapley: [-0.030466, 1.671339, 0.049468, -0.022711, 0.345618, -0.015195, -0.019879, 0.0, 1.262118],
    inputXGradient: [0.140082, 2.574, 0.168936, 0.165628, 0.356493, 0.128595, 0.172589, 0.162813, 0.422043],
    integratedGradients: [-0.015941, 3.225912, 0.053552, 0.000432, 1.005747, -0.001179, -0.025985, 0.0, -1.062188],
    gap: -0.059943,
  },
  {
    image: '03.png',
    target: 3,
    logit: 2.225306,
    baseline: -1.242378,
    shapley: [0.044115, 1.549923, 0.038616, 0.05851, -0.066656, -0.017515, 0.465771, 0.039233, 1.355687],
    inputXGradient: [0.204194, -0.719461, 0.244405, 0.211342, 0.188355, 0.149228, 4.803172, 0.201869, -2.008273],
    integratedGradients: [0.070615, 0.101832, 0.038302, 0.141134, -0.089656, -0.017813, 2.072154, 0.041928, 1.232454],
    gap: 0.123265,
  },
  {
    image: '07.png',
    target: 3,
    logit: 2.570886,
    baseline: -1.242378,
    shapley: [0.19806, -0.047741, 1.623944, 0.042285, 1.437519, 0.052477, 0.0, 0.0, 0.50672],
    inputXGradient: [0.290283, 0.33891, 1.479043, 0.41663, 4.291509, 0.309019, 0.326255, 0.326255, -0.030108],
    integratedGradients: [0.109293, -0.031259, 1.832753, 0.047009, 2.330659, 0.053784, 0.0, 0.0, -0.336066],
    gap: 0.192909,
  },
];

const model = path.join(examples, 'image-text/image-text.explain.json');
let session: Session;
beforeAll(() => {
  session = new Session({ threads: 1 });
});
afterAll(() => session.dispose());

const inOrder = ({ values }: SourceShares) => [...values.filter(({ input }) => input !== 'image'), values[0]!].map(({ value }) => value); // biome-ignore format: one line

describe.each(PAIRS)('$image', ({ image, target, logit, baseline, gap, ...expected }) => {
  let shares: readonly SourceShares[];
  const of = (method: string) => shares.find((each) => each.method === method)!;
  beforeAll(async () => {
    const found = await session.sourceShares({
      image: path.join(examples, 'image-text', image),
      model,
      classes: [target],
      baselines: { image: '0.2' },
      split: true,
      methods: [{ id: 'inputXGradient' }, { id: 'integratedGradients' }, { id: 'kernelShap' }],
    });
    shares = found.shares;
  });

  test('the logit, and that of the baselines', () => {
    expect(of('shapley').logit).toBeCloseTo(logit, 4);
    expect(of('shapley').baseline).toBeCloseTo(baseline, 4);
  });

  test.each(['shapley', 'inputXGradient', 'integratedGradients'] as const)('%s', (method) => {
    const found = inOrder(of(method));
    expect(found).toHaveLength(9);
    for (const [i, value] of expected[method].entries()) expect(Math.abs(found[i]! - value)).toBeLessThan(1e-3);
  });

  test('KernelSHAP with all coalitions is exact; Shapley values add up; the path of 50 points leaves its gap', () => {
    const exact = inOrder(of('shapley'));
    for (const [i, value] of inOrder(of('kernelShap')).entries()) expect(value).toBeCloseTo(exact[i]!, 4);
    expect(Math.abs(of('shapley').gap!)).toBeLessThan(1e-5);
    expect(of('integratedGradients').gap!).toBeCloseTo(-gap, 3);
  });

  test('the sentence as a whole has what its tokens do not share with each other', async () => {
    const request = { image: path.join(examples, 'image-text', image), model, classes: [target] };
    const { shares } = await session.sourceShares({ ...request, baselines: { image: '0.2' } });
    const [{ values, gap }] = shares as [SourceShares];
    expect(values.map(({ input }) => input)).toEqual(['image', 'tokens']);
    expect(Math.abs(gap!)).toBeLessThan(1e-5);
  });
});
