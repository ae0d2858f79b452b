import type { AnyParameters } from '../../../src/explainers/contracts/parameters.ts';
import type { Method } from '../../../src/explainers/method/method.ts';
import { methods } from '../../../src/explainers/methods/methods.ts';

/** Settings of few runs; a method that is not here has its defaults. */
const QUICK: Readonly<Record<string, AnyParameters>> = {
  integratedGradients: { steps: 6, baseline: 'black' },
  smoothGrad: { samples: 6 },
  gradientShap: { samples: 6 },
  lime: { samples: 30, segments: 'grid:2x2', hide: 'zero' },
  kernelShap: { samples: 30, segments: 'grid:2x2', hide: 'zero' },
  partitionShap: { samples: 30, masker: 'zero' },
  occlusion: { window: 16, stride: 16 },
  rise: { masks: 22, grid: 4, output: 'logit' },
};

export interface QuickMethod {
  readonly id: string;
  readonly method: Method;
  readonly parameters: AnyParameters;
}

/** Methods for any network; the others need attention, and have tests of their own. */
export const ANYWHERE = [...methods.values()].filter(({ needs }) => !needs.includes('attention')).map(({ id }) => id);

/** Methods of the registry, with settings of few runs. */
export const pick = (...ids: readonly string[]): readonly QuickMethod[] =>
  ids.map((id) => ({ id, method: methods.get(id)!, parameters: QUICK[id] ?? {} }));
