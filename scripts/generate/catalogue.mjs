// The catalogue of the core as plain data, so that the extension host has it at once and needs none of the code behind
// it.
import { loadSource } from '../steps/loadSource.mjs';

export const file = 'src/extension/generated/catalogue.ts';

export async function generate() {
  const { CATALOGUE } = await loadSource(`export { CATALOGUE } from './src/explainers/session/catalogue.ts';`);
  // JSON knows no infinite bound of a range.
  const text = JSON.stringify(CATALOGUE, (_, value) => (value === Infinity ? '∞' : value), 2).replaceAll(
    '"∞"',
    'Infinity',
  );
  return `// Generated from the tables of src/explainers by npm run generate.
import type { Catalogue } from '../../explainers/contracts/catalogue.ts';

const catalogue: unknown = ${text};
export const CATALOGUE = catalogue as Catalogue;
`;
}
