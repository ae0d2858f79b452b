import { expect, test } from 'vitest';
import type { Executable } from '../../../src/explainers/engines/engine.ts';
import { ExplainError } from '../../../src/explainers/errors.ts';
import { blamingUs } from '../../../src/explainers/session/ourFault.ts';

const runtimes = new ExplainError(
  { kind: 'engine', message: 'ONNX Runtime refused the model.' },
  { cause: new Error('raw') },
);
const ours = new ExplainError({ kind: 'unsupported', message: 'The gradient is not supported.' });
const executable = (thrown?: unknown): Executable => ({
  lanes: 1,
  run: async () => {
    if (thrown) throw thrown;
    return new Map();
  },
  dispose: async () => {},
});
const sound = async () => true;
const unsound = async () => false;

test('a graph of ours that the runtime refuses, compiled or run, is our defect where the model itself runs', async () => {
  const blame = {
    message: expect.stringMatching(/^The model runs, but/),
    next: expect.stringMatching(/defect in Saliency Lens/),
  };
  await expect(blamingUs('gradient', Promise.reject(runtimes), sound)).rejects.toMatchObject(blame);
  const compiled = await blamingUs('gradient', Promise.resolve(executable(runtimes)), sound);
  await expect(compiled.run(new Map())).rejects.toMatchObject(blame);
});

test('else what was said stands: of the model itself, of a model that does not run either, of what was refused before', async () => {
  await expect(blamingUs('forward pass', Promise.reject(runtimes), sound)).rejects.toBe(runtimes);
  await expect(blamingUs('the model as it is', Promise.reject(runtimes), sound)).rejects.toBe(runtimes);
  await expect(blamingUs('gradient', Promise.reject(runtimes), unsound)).rejects.toBe(runtimes);
  await expect(blamingUs('gradient', Promise.reject(ours), sound)).rejects.toBe(ours);
  expect(await (await blamingUs('gradient', Promise.resolve(executable()), sound)).run(new Map())).toEqual(new Map());
});
