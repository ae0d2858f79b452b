// Walkers know no operator by name, and nobody writes into a graph.
import { describe, expect, test } from 'vitest';
import { declaredOps } from '../../src/explainers/ops/opTable.ts';
import { readText, sourceFiles } from './files.ts';

const code = (file: string) => readText(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');

/** Who looks for certain operators by their names, each with the reason why their entries cannot say it instead. */
const NAMED: Readonly<Record<string, string>> = {
  'src/explainers/engines/blockedMasks.ts': 'mends a defect of one runtime, which is about just these operators',
  'src/explainers/engines/devices/maxPoolForm.ts': 'writes a gradient in the operators that graphics cards have',
  'src/explainers/engines/devices/sumForm.ts': 'writes an operator in one that graphics cards have',
  'src/explainers/engines/tfjs/kernels/conv.ts': 'is a table from operators to kernels of another library',
  'src/explainers/engines/tfjs/kernels/elementwise.ts': 'is a table from operators to kernels of another library',
  'src/explainers/engines/tfjs/kernels/linear.ts': 'is a table from operators to kernels of another library',
  'src/explainers/engines/tfjs/kernels/pool.ts': 'is a table from operators to kernels of another library',
  'src/explainers/engines/tfjs/kernels/resize.ts': 'is a table from operators to kernels of another library',
  'src/explainers/engines/tfjs/kernels/shape.ts': 'is a table from operators to kernels of another library',
  'src/explainers/engines/idleOptimizers.ts': 'which operators the optimisers of one runtime look for',
  'src/explainers/engines/ortForm.ts': 'writes a pair of operators as one runtime computes it fastest',
  'src/explainers/importers/channelsLast/activations.ts': 'which operator each activation of Keras becomes',
  'src/explainers/importers/channelsLast/normalisation.ts': 'which operator each normalisation of Keras becomes',
  'src/explainers/importers/layers/activation.ts': 'layers of Keras that are called as operators are',
  'src/explainers/importers/layers/operations.ts': 'operations of Keras that are called as operators are',
  'src/explainers/importers/tfjs/ops/convolution.ts': 'operations of TensorFlow that are called as operators are',
  'src/explainers/importers/tfjs/ops/elementwise.ts': 'operations of TensorFlow that are called as operators are',
  'src/explainers/importers/onnx/fused/activations.ts': 'which operator each activation of a fused node is',
  'src/explainers/importers/onnx/fused/nchwc.ts':
    'a table of the operators that one runtime has for channels in blocks',
  'src/explainers/importers/onnx/upgrades.ts': 'what changed between opsets, operator by operator',
  'src/explainers/ops/canonical/attention.ts': 'writes out one operator as what its standard defines it by',
  'src/explainers/ops/canonical/branches.ts': 'decides an If, and what of its branches may be computed for both',
  'src/explainers/ops/canonical/einsums.ts': 'writes out one operator by its equation',
  'src/explainers/ops/canonical/frontAxis.ts':
    'a pattern: Reshapes around operators that are written with an axis less',
  'src/explainers/ops/canonical/identities.ts':
    'when an operator changes nothing hangs on its own attributes and inputs',
  'src/explainers/ops/canonical/idleExpands.ts': 'a pattern: Expand before ReduceMean',
  'src/explainers/ops/canonical/mergeNorm.ts': 'a pattern: layers whose weights take the normalisation behind them',
  'src/explainers/ops/canonical/scalesIntoKernels.ts': 'a pattern: Conv, Reshape and Mul',
  'src/explainers/ops/canonical/sequences.ts': 'writes pairs of sequence operators as tensors',
  'src/explainers/ops/canonical/trainingMode.ts': 'what of a training graph is random, operator by operator',
  'src/explainers/ops/quantised.ts': 'what a runtime takes for quantised: also operators of another domain',
};

const OPS = new Set([
  ...declaredOps(),
  'If',
  'Loop',
  'Scan',
  'Attention',
  'SequenceAt',
  'SplitToSequence',
  'SequenceEmpty',
]);

/** Operators that a file looks for: compared, listed or used as keys; not those that it makes nodes of. */
function namesIn(file: string): string[] {
  const text = code(file);
  const compared = [...text.matchAll(/\bop\s*[!=]==?\s*['"`](\w+)|\bcase\s+['"`](\w+)/g)];
  const listed = [...text.matchAll(/[[,(]\s*'(\w+)'(?=\s*[,\])])/g)].filter(
    // An argument by which a node is made: b.node('Mul', …), e.op('Add', …), binary('Add', …).
    ({ 0: found, index }) =>
      !(found.startsWith('(') && /\w$/.test(text.slice(0, index))) || /\bhas$/.test(text.slice(0, index)),
  );
  const lookedUp = /\[[\w.\s]*\bop\b[^\]]*\]|hasOwn\(\w+, [\w.]*\bop\)|\.(?:get|has)\([\w.]*\bop\)/.test(text);
  const keys = lookedUp ? [...text.matchAll(/(?:^\s+|[{,]\s*)(\w+):/gm)] : [];
  return [...compared, ...listed, ...keys].flatMap((found) => found.slice(1).filter((name) => OPS.has(name ?? '')));
}

describe('walkers', () => {
  const files = sourceFiles('src').filter(
    (file) => !file.startsWith('src/explainers/ops/families/') && !file.includes('/generated/'),
  );
  const walkers = files.filter((file) => /graph\/|\bGraph\b|\bNode\b/.test(code(file)));

  test('operators are named in their entries, and by those who have a reason to', () => {
    const naming = walkers.filter((file) => namesIn(file).length > 0);
    expect(naming.sort()).toEqual(Object.keys(NAMED).sort());
    expect(walkers.length).toBeGreaterThan(100);
  });

  test('no room writes into a graph, a node or a value that it was given', () => {
    const writes =
      /\b(graph|node|model\.graph)\.(nodes|inputs|outputs|constants|attributes|op|name)\s*(=(?!=)|\.(push|splice|pop|shift|sort|reverse|set|delete)\()/;
    const files = sourceFiles('src').filter((file) => writes.test(code(file)));
    expect(files).toEqual([]);
  });
});
