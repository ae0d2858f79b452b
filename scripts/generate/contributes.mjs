// package.json's `contributes` and `activationEvents`, from the declarations of commands, settings and methods.
import { loadSource } from '../steps/loadSource.mjs';

export const file = 'package.json';

/** The file's text with the fields brought up to date. */
export async function generate(text) {
  const { packageFields } = await loadSource(`export { packageFields } from './src/extension/contributes.ts';`);
  return `${JSON.stringify({ ...JSON.parse(text), ...packageFields() }, null, 2)}\n`;
}
