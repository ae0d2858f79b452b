// node scripts/docsPictures.mjs: the pictures of the docs, from the screenshots that the tests in VS Code
// leave in out/screenshots (`npm test -- --only vscode`). A picture whose screenshot is missing stays as it is.
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const folder = path.join(root, 'docs/pictures');

/** The editor, without what surrounds it. */
const EDITOR = { left: 352, top: 30, width: 925, height: 738 };

/** Letters are still clear, and the repository stays small. */
const QUALITY = 55;

/** By picture: the name of its screenshot, and the part of it. */
const PICTURES = {
  'docs/pictures/before-after.webp': ['before-after', EDITOR],
  'docs/pictures/grid.webp': ['grid', EDITOR],
  'docs/pictures/hover.webp': ['hover', { left: 352, top: 30, width: 680, height: 330 }],
  'docs/pictures/model-editor.webp': ['model-editor', EDITOR],
  'docs/pictures/set-up.webp': ['set-up-trials', EDITOR],
  'docs/pictures/split.webp': ['split', EDITOR],
};

mkdirSync(folder, { recursive: true });
for (const [picture, [name, part]] of Object.entries(PICTURES)) {
  const [from, to] = [path.join(root, 'out/screenshots', `${name}.png`), path.join(root, picture)];
  if (existsSync(from)) {
    await sharp(from)
      .extract(part)
      .resize({ width: Math.round(0.8 * part.width) })
      .webp({ quality: QUALITY, effort: 6 })
      .toFile(to);
    console.log(`${picture}: ${Math.round(statSync(to).size / 1000)} kB`);
  } else console.log(`${picture}: stays, because there is no ${path.relative(root, from)}`);
}
for (const name of readdirSync(folder)) {
  if (!Object.hasOwn(PICTURES, `docs/pictures/${name}`)) rmSync(path.join(folder, name));
}
