import { describe, expect, it } from 'vitest';
import type { LayerInfo } from '../../src/explainers/contracts/results.ts';
import { methods } from '../../src/explainers/methods/methods.ts';
import { layerGroups } from '../../src/webview/methods/layerGroups.ts';
import { isTitled, parameterTitle } from '../../src/webview/methods/parameterTitles.ts';

describe('titles of parameters', () => {
  it('are words, one for each parameter of every method, and no two of a method are the same', () => {
    for (const { id, parameters } of methods.values()) {
      const names = Object.keys(parameters);
      expect(names.filter((name) => !isTitled(id, name))).toEqual([]);
      const titles = names.map((name) => parameterTitle(id, name));
      expect(titles.filter((each, i) => titles.indexOf(each) !== i)).toEqual([]);
    }
  });

  it('have units: the parameter’s own, else those of what is counted', () => {
    expect(parameterTitle('occlusion', 'window', 'px')).toBe('Side of the window (px)');
    expect(parameterTitle('lime', 'samples')).toBe('Samples (masked images)');
    expect(parameterTitle('smoothGrad', 'samples')).toBe('Samples (noisy copies)');
    expect(parameterTitle('some', 'aNewParameter')).toBe('A new parameter');
  });
});

describe('the menu of layers', () => {
  const layer = (name: string, shape: LayerInfo['shape']): LayerInfo => ({ name, op: 'Relu', shape, automatic: false });

  it('is grouped by stage, in the order of the network, with shapes', () => {
    const layers = [layer('a', [64, 56, 56]), layer('b', [64, 56, 56]), layer('c', [128, 28, 28])];
    expect(layerGroups(layers)).toEqual([
      {
        title: 'Stage 1: 56 × 56',
        options: [
          ['a', 'a  (Relu, 64 × 56 × 56)'],
          ['b', 'b  (Relu, 64 × 56 × 56)'],
        ],
      },
      { title: 'Stage 2: 28 × 28', options: [['c', 'c  (Relu, 128 × 28 × 28)']] },
    ]);
  });

  it('cuts the one stage of a transformer into its blocks, and loses no layer', () => {
    const layers = Array.from({ length: 36 }, (_, i) =>
      layer(`/vit/layer.${Math.floor(i / 3)}/out${i % 3}`, [768, 14, 14]),
    );
    const groups = layerGroups(layers);
    expect(groups).toHaveLength(12);
    expect(groups[11]?.title).toBe('Stage 1: 14 × 14 · /vit/layer.11');
    expect(groups.flatMap(({ options }) => options.map(([name]) => name))).toEqual(layers.map(({ name }) => name));
  });
});
