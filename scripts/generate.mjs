// npm run generate [-- --check]: writes what is derived from declarations in the source. Each file of scripts/generate/ makes one:
// it exports `file` (relative to the root) and `generate(text)`, the present text (or '') to the right one.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const folder = path.join(root, 'scripts', 'generate');
const check = process.argv.includes('--check');

for (const name of fs
  .readdirSync(folder)
  .filter((each) => each.endsWith('.mjs'))
  .sort()) {
  const { file, generate } = await import(pathToFileURL(path.join(folder, name)).href);
  const target = path.join(root, file);
  const before = fs.existsSync(target) ? fs.readFileSync(target, 'utf8') : '';
  const after = await generate(before);
  if (after === before) continue;
  if (check) {
    console.error(`${file} is stale: run npm run generate.`);
    process.exitCode = 1;
  } else {
    fs.writeFileSync(target, after);
    console.log(`${file} brought up to date.`);
  }
}
