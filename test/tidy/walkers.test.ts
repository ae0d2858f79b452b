// Walkers know no operator by name, and nobody writes into a graph.
import { describe, expect, test } from 'vitest';
import { readText, sourceFiles } from './files.ts';

const code = (file: string) => readText(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');

describe('walkers', () => {
  const walkers = [
    ...sourceFiles('src/explainers/autodiff'),
    'src/explainers/lrp/propagate.ts',
    'src/explainers/ops/narrow.ts',
    'src/explainers/perturbation/batched.ts',
    ...sourceFiles('src/explainers/models/layouts'),
    'src/explainers/models/layers.ts',
    'src/explainers/models/automaticLayer.ts',
  ];

  test.each(walkers)('%s asks no node for its name', (file) => {
    expect(code(file)).not.toMatch(/\bop\s*[!=]==?\s*['"`]|\bcase\s+['"`][A-Z]|\[\s*node\.op\s*\]/);
  });

  test('no room writes into a graph, a node or a value that it was given', () => {
    const writes =
      /\b(graph|node|model\.graph)\.(nodes|inputs|outputs|constants|attributes|op|name)\s*(=(?!=)|\.(push|splice|pop|shift|sort|reverse|set|delete)\()/;
    const files = sourceFiles('src').filter((file) => writes.test(code(file)));
    expect(files).toEqual([]);
  });
});
