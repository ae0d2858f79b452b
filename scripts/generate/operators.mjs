// The operators that are declared: test/onnxNode/onnxNodeTests.py copies the ONNX project's tests of these.
import { loadSource } from '../steps/loadSource.mjs';

export const file = 'test/onnxNode/operators.txt';

export async function generate() {
  const { declaredOps } = await loadSource(`export { declaredOps } from './src/explainers/ops/opTable.ts';`);
  return `${declaredOps().join('\n')}\n`;
}
