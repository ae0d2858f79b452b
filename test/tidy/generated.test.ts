import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { root } from './files.ts';

const folder = path.join(root, 'scripts/generate');

interface Generator {
  readonly file: string;
  generate(text: string): Promise<string>;
}

test.each(fs.readdirSync(folder).filter((name) => name.endsWith('.mjs')))(
  'what %s makes is up to date (npm run generate)',
  async (name) => {
    const { file, generate } = (await import(path.join(folder, name))) as Generator;
    const target = path.join(root, file);
    const text = fs.existsSync(target) ? fs.readFileSync(target, 'utf8') : '';
    expect(await generate(text)).toBe(text);
  },
);
