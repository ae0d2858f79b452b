// node scripts/methodPictures.mjs [METHOD …]: the example picture of each method's page, made by the built command line
// (npm run build) for the top class of an example photo. Seconds to minutes per method.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const folder = path.join(root, 'docs/methods/pictures');
const image = path.join(root, 'examples/photos/chelsea.png');
const model = path.join(root, 'examples/photos/efficientnet-lite0.explain.json');
const HEIGHT = 240;

const run = (...args) =>
  JSON.parse(
    execFileSync(process.execPath, [path.join(root, 'bin/saliency-lens.cjs'), ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 2 ** 26,
    }),
  );

mkdirSync(folder, { recursive: true });
const all = run('inspect', model).methods.map(({ id }) => id);
const wanted = process.argv.slice(2);
for (const id of wanted.length > 0 ? wanted : all) {
  const out = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-picture-'));
  const { maps } = run('explain', image, '--model', model, '--method', id, '--class', 'top:1', '--out', out);
  const [map] = maps;
  await sharp(path.resolve(out, map.png))
    .resize({ height: HEIGHT })
    .webp({ quality: 80 })
    .toFile(path.join(folder, `${id}.webp`));
  rmSync(out, { recursive: true });
}
if (wanted.length === 0) {
  for (const name of readdirSync(folder)) if (!all.includes(path.parse(name).name)) rmSync(path.join(folder, name));
}
