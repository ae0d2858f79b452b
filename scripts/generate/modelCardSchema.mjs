// The JSON schema by which VS Code completes and checks model cards: the one the cards are read with.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { loadSource } from '../steps/loadSource.mjs';

export const file = 'media/model-card.schema.json';

export async function generate() {
  const { modelCardSchema, methods } = await loadSource(`
    export { modelCardSchema } from './src/explainers/models/card/cardSchema.ts';
    export { methods } from './src/explainers/methods/methods.ts';
  `);
  const text = JSON.stringify(modelCardSchema([...methods.values()]));
  const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');
  const format = [biome, 'format', `--stdin-file-path=${file}`];
  return execFileSync(process.execPath, format, { input: text, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] });
}
