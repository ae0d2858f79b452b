import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lrp } from '../../../src/explainers/methods/relevance/lrp.ts';
import { loadModel } from '../../../src/explainers/models/loadModel.ts';
import { modelFile, sharedInputs } from '../../reference/cases.ts';
import { type Explainer, explainerFor } from '../../reference/explain.ts';

const ROWS = [
  [
    'densenet',
    'gradients',
    /^Composite ε-plus-flat/,
    /^1[0-9] batch normalisations could not be merged .* keeps its part/,
  ],
  ['vgg', 'gradients', /^Composite ε-plus-flat/, null],
  [
    'vit',
    'transformers',
    /^Composite AttnLRP/,
    /^5 normalisations by the image’s own statistics; the spread counts as a constant/,
  ],
  [
    'convnext',
    'gradients',
    /^Composite ε-plus-flat/,
    /normalisations by the image’s own statistics; relevance passes unchanged/,
  ],
] as const;

describe.each(ROWS)('lrp of %s (%s)', (name, from, composite, norms) => {
  const { file, dispose } = modelFile(name, from);
  let explainer: Explainer;
  let size = 0;

  beforeAll(async () => {
    const { model } = await loadModel(file);
    size = model.graph.types.get(model.input)!.shape![2] as number;
    explainer = await explainerFor(model);
  });

  afterAll(async () => {
    await explainer.dispose();
    dispose();
  });

  it('says which composite it took by itself, and what became of the normalisations', async () => {
    const [map] = await explainer.explain(lrp, {}, sharedInputs(size)[0]!, [0]);
    expect(map!.notes[0]).toMatch(composite);
    const others = map!.notes.filter((note) => note.includes('normalisation'));
    if (norms === null) expect(others.slice(1)).toEqual([]);
    else expect(others.some((note) => norms.test(note))).toBe(true);
  });
});
