// The example images, explained by the command line: scores, agreement with the annotations, the overlay pictures.
import fs from 'node:fs';
import path from 'node:path';
import { root, run, step } from '../steps/child.mjs';
import { table } from '../steps/table.mjs';

/** As many columns as a terminal holds; `saliency-lens agree` gives all of them. */
const shownMetrics = ['pointingGame', 'energyPointing', 'iou', 'auc'];

const pictures = /\.(png|jpe?g|webp|bmp|tiff?|dcm)$/i;

/** Folders of examples/ with a model card: the card, and the images beside it. */
function examples() {
  const folder = path.join(root, 'examples');
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return [];
    const files = fs.readdirSync(path.join(folder, entry.name), { recursive: true, encoding: 'utf8' }).sort();
    const card = files.find((file) => file.endsWith('.explain.json'));
    const at = (file) => path.join('examples', entry.name, file);
    return card
      ? [{ name: entry.name, card: at(card), images: files.filter((file) => pictures.test(file)).map(at) }]
      : [];
  });
}

/** @returns {Promise<number>} the exit code */
export async function explainExamples() {
  let worst = 0;
  console.log(
    '* = predicted; the numbers beside a class say how well its Grad-CAM agrees with the region drawn for it (best: 1).',
  );
  for (const { name, card, images } of examples()) {
    const out = path.join('out/examples', name);
    const lines = [];
    const { code, output } = await step(`Explaining ${images.length} images of examples/${name}`, () =>
      run(process.execPath, ['bin/saliency-lens.cjs', 'agree', ...images, '--model', card, '--out', out], {
        log: 'headless.log',
        onLine: (line) => lines.push(line),
      }),
    );
    worst = Math.max(worst, code);
    const results = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    if (results.length === 0) console.log(output.trim());
    for (const result of results) report(result);
  }
  return worst;
}

function report({ image, scores = [], maps = [], agreement = [], error }) {
  console.log(`\n${path.relative(root, path.resolve(root, image))}`);
  if (error) {
    console.log(`  ${error.message}${error.next ? ` ${error.next}` : ''}`);
    return;
  }
  const mapped = new Set(maps.map(({ index }) => index));
  const best = [...scores].sort((a, b) => b.score - a.score);
  const shown = best.filter(({ index, predicted }, rank) => rank < 3 || predicted || mapped.has(index)).slice(0, 8);
  const rows = shown.map(({ index, label, score, predicted }) => [
    predicted ? '*' : '',
    label,
    score.toFixed(3),
    '█'.repeat(Math.round(score * 20)),
    ...agreed(agreement, index),
  ]);
  const metrics = agreement.length > 0 ? shownMetrics : [];
  console.log(table(['', 'class', 'score', '', ...metrics], rows));
  const reasons = new Set(agreement.filter(({ value }) => value === null).map(({ reason }) => reason));
  for (const reason of reasons) console.log(`  –: ${reason}`);
  for (const { png } of maps) console.log(`  ${path.relative(root, path.resolve(root, png))}`);
}

/** The values of one class. */
function agreed(agreement, index) {
  return (agreement.length > 0 ? shownMetrics : []).map((metric) => {
    const found = agreement.find((one) => one.metric === metric && one.index === index);
    if (!found) return '';
    return found.value === null ? '–' : found.value.toFixed(3);
  });
}
