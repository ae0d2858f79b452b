// npm run generate [-- --check]: writes what is derived from declarations in the source. Each file of scripts/generate/
// makes one: it exports `file` (relative to the root) and `generate(text)`, the present text (or '') to the right one;
// or `files()`, several files and their texts, and the `folder` in which there are no others of their kind (`pattern`).
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
  const generator = await import(pathToFileURL(path.join(folder, name)).href);
  if (generator.files) await bringAll(generator);
  else bring(generator.file, await generator.generate(textOf(generator.file)));
}

function textOf(file) {
  const target = path.join(root, file);
  return fs.existsSync(target) ? fs.readFileSync(target, 'utf8') : '';
}

/** Writes `after`; null takes the file away. */
function bring(file, after) {
  if (after === textOf(file)) return;
  if (check) {
    console.error(`${file} is stale: run npm run generate.`);
    process.exitCode = 1;
    return;
  }
  const target = path.join(root, file);
  if (after === null) fs.rmSync(target);
  else {
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, after);
  }
  console.log(`${file} brought up to date.`);
}

async function bringAll({ files, folder: place, pattern }) {
  const wanted = await files();
  for (const [file, text] of wanted) bring(file, text);
  const there = path.join(root, place);
  for (const name of fs.existsSync(there) ? fs.readdirSync(there) : []) {
    const file = `${place}/${name}`;
    if (pattern.test(name) && !wanted.has(file)) bring(file, null);
  }
}
