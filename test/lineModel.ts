import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { GraphBuilder } from '../src/explainers/graph/build.ts';
import { float32 } from '../src/explainers/tensor/tensor.ts';
import { writeModel } from './tinyModels.ts';

/**
 * A model of a picture, an age and a sex that looks at the last two: the logits are (age − 50) / 10 + sex (F 0, M 3)
 * and its opposite, so the answer flips at 50, or at 20. Its table has `image` at 30, and one row at 90. Returns the
 * card.
 */
export function writeLineModel(folder: string, image: string, size: number): string {
  const b = new GraphBuilder('line');
  const pixels = b.input('image', { dtype: 'float32', shape: ['N', 3, size, size] });
  const age = b.input('age', { dtype: 'float32', shape: ['N', 1] });
  const sex = b.input('sex', { dtype: 'float32', shape: ['N', 1] });
  const mean = b.node('Mul', [b.node('Flatten', [b.node('GlobalAveragePool', [pixels])]), b.constant(float32([3], [0, 0, 0]))]); // biome-ignore format: one line
  const nothing = b.node('MatMul', [mean, b.constant(float32([3, 1], [1, 1, 1]))]);
  const line = b.node('Mul', [b.node('Sub', [age, b.constant(float32([1], [50]))]), b.constant(float32([1], [0.1]))]);
  const sum = b.node('Add', [b.node('Add', [line, sex]), nothing]);
  const logits = b.node('Concat', [sum, b.node('Neg', [sum])], { axis: 1 });
  b.type(logits, { dtype: 'float32', shape: ['N', 2] });
  b.setOutputs([logits]);
  writeModel(folder, b.build(), 'line.onnx');
  writeFileSync(path.join(folder, 'ages.csv'), `image,age\n${image},30\nother.png,90\n`);
  const inputs = {
    age: { kind: 'number', from: 'ages.csv', key: 'image', column: 'age' },
    sex: { kind: 'category', values: { F: 0, M: 3 }, default: 'F' },
  };
  const card = path.join(folder, 'line.explain.json');
  writeFileSync(
    card,
    JSON.stringify({
      model: 'line.onnx',
      task: 'multi-class',
      labels: ['old', 'young'],
      inputs,
      input: { size: [size, size] },
    }),
  );
  return card;
}
