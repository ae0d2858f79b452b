// The example images, explained by the command line: scores, agreement with the annotations, the overlay pictures.
import fs from 'node:fs';
import path from 'node:path';
import { root, run, step } from '../steps/child.mjs';

const pictures = /\.(png|jpe?g|webp|bmp|tiff?|dcm)$/i;

/** Folders of examples/ with a model card: the card, and the images next to it. */
function examples() {
  const folder = path.join(root, 'examples');
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return [];
    const files = fs.readdirSync(path.join(folder, entry.name), { recursive: true, encoding: 'utf8' }).sort();
    const card = files.find((file) => file.endsWith('.explain.json'));
    const at = (file) => path.join('examples', entry.name, file);
    // Agreement needs drawn regions.
    const verb =
      card && fs.readFileSync(path.join(root, at(card)), 'utf8').includes('"annotations"') ? 'agree' : 'explain';
    return card
      ? [{ name: entry.name, verb, card: at(card), images: files.filter((file) => pictures.test(file)).map(at) }]
      : [];
  });
}

/** @returns {Promise<number>} the exit code */
export async function explainExamples() {
  let worst = 0;
  console.log(
    '* = predicted; the numbers after a class say how well its Grad-CAM agrees with the region drawn for it (best: 1).',
  );
  for (const { name, verb, card, images } of examples()) {
    const out = path.join('out/examples', name);
    const { code, output } = await step(`Explaining ${images.length} images of examples/${name}`, () =>
      run(process.execPath, ['bin/saliency-lens.cjs', verb, ...images, '--model', card, '--out', out, '--text'], {
        log: 'headless.log',
        env: process.stdout.columns ? { COLUMNS: String(process.stdout.columns) } : {},
      }),
    );
    worst = Math.max(worst, code);
    console.log(`\n${output.trim()}`);
  }
  return worst;
}
