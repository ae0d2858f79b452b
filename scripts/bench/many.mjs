// Check Labels on 10,000 images: its rate, next to those of decoding and of the model alone, its memory, and whether a
// run that is killed at random 30 times ends with the same findings.
//   npm run bench -- many, or node scripts/bench/many.mjs [--images 10000] [--kills 30] [--also MODEL]… [--write]
// --also: the rate with another model, too, on a fifth of the images. --write: the figures into docs/benchmarks.md. The
// images are 100 distinct pictures under many names.
import { execFileSync, spawn } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { root } from '../steps/child.mjs';
import { writeSection } from './page.mjs';

const { values: options } = parseArgs({
  options: {
    images: { type: 'string', default: '10000' },
    kills: { type: 'string', default: '30' },
    also: { type: 'string', multiple: true, default: [] },
    write: { type: 'boolean', default: false },
  },
});
const count = Number(options.images);
const folder = path.join(root, 'out/bench/many');
const model = path.join(root, 'examples/photos/efficientnet-lite0.explain.json');
const DISTINCT = 100;

rmSync(folder, { recursive: true, force: true });
mkdirSync(path.join(folder, 'images'), { recursive: true });
const sources = ['astronaut.png', 'chelsea.png', 'coffee.png', 'rocket.jpg', 'motorcycle_left.png'];
const name = (i) => path.join(folder, 'images', `${String(i).padStart(5, '0')}.jpg`);
for (let i = 0; i < Math.min(DISTINCT, count); i++) {
  const source = path.join(root, 'examples/photos', sources[i % sources.length]);
  const picture = sharp(source)
    .rotate((i * 7) % 90)
    .resize(500, 375, { fit: 'cover' });
  await picture.jpeg({ quality: 90 }).toFile(name(i));
}
for (let i = DISTINCT; i < count; i++) linkSync(name(i % DISTINCT), name(i));
execFileSync(process.execPath, [path.join(root, 'scripts/bench/bundle.mjs'), 'many'], { stdio: 'inherit', cwd: root });
const program = path.join(root, 'out/bench/many.cjs');
const measure = (what, ofModel, ...more) =>
  JSON.parse(
    execFileSync(process.execPath, [program, what, folder, ofModel, ...more], { encoding: 'utf8', cwd: root }),
  );

/** Labels at random, so that many of them are found. */
function label(images, names) {
  const rows = Array.from(
    { length: images },
    (_, i) => `${path.basename(name(i))},"${names[(i * 37) % names.length]}"`,
  );
  writeFileSync(path.join(folder, 'labels.csv'), `filename,label\n${rows.join('\n')}\n`);
}

/** Decoding alone, the model alone and the check, one after the other. */
function rates(ofModel, images) {
  label(images, measure('labels', ofModel).labels);
  const decode = measure('decode', ofModel).rate;
  const alone = measure('model', ofModel).rate;
  const check = measure('check', ofModel);
  const [first, last] = [check.memory[1], check.memory.at(-1)];
  const share = check.rate / Math.min(decode, alone);
  const cells = [check.images, `${decode.toFixed(0)}/s`, `${alone.toFixed(1)}/s`, `${check.rate.toFixed(1)}/s`];
  return { rate: check.rate, cells: [...cells, share.toFixed(2), `${first.toFixed(0)} MB, ${last.toFixed(0)} MB`] };
}

const others = options.also.map((other) => ({ other, ...rates(other, count / 5) }));
const { rate, cells } = rates(model, count);
const whole = readFileSync(path.join(folder, 'findings.json'), 'utf8');

/** A run that is killed after some time. */
async function killed(journal, milliseconds) {
  const run = spawn(process.execPath, [program, 'check', folder, model, journal], { stdio: 'ignore', cwd: root });
  await new Promise((resolve) => {
    const timer = setTimeout(() => run.kill('SIGKILL'), milliseconds);
    run.on('exit', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
const kills = Number(options.kills);
const journal = path.join(folder, 'journal.jsonl');
const each = (1000 * count) / rate / (kills + 1);
for (let i = 0; i < kills; i++) await killed(journal, 1500 + 2 * each * Math.random());
const { resumed } = measure('check', model, journal);
const equal = readFileSync(path.join(folder, 'findings.json'), 'utf8') === whole;

const named = (file) => path.basename(file).replace(/\.explain\.json$|\.onnx$/, '');
const interrupted = `${kills} times, ${resumed} images from the journal, ${equal ? 'equal findings' : 'OTHER FINDINGS'}`;
const table = [
  '| model | images | decoding alone | the model alone | Check Labels | of the slower | memory after a tenth, at the end | killed and resumed |',
  '|---|---:|---:|---:|---:|---:|---:|---|',
  ...others.map((row) => `| ${[named(row.other), ...row.cells, ''].join(' | ')} |`),
  `| ${[named(model), ...cells, interrupted].join(' | ')} |`,
];
console.log(table.join('\n'));
if (options.write) writeSection('many', table.join('\n'));
if (!equal) process.exitCode = 1;
