// What every JavaScript object has, as words in files and on the command line: each is a word like any other, or is
// refused by name.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { formatOf } from '../../src/explainers/annotations/formats/formats.ts';
import { ExplainError } from '../../src/explainers/errors.ts';
import { encodePng } from '../../src/explainers/images/encode.ts';
import { openModel } from '../../src/explainers/importers/importers.ts';
import { Session } from '../../src/explainers/session.ts';
import { fixture, fixtures } from '../explainers/annotations/fixture.ts';
import { cli } from '../explainers/cli/cli.ts';
import { kerasFiles } from '../reference/kerasFiles.ts';
import { tinyClassifier, writeModel } from '../tinyModels.ts';

const WORDS = Object.getOwnPropertyNames(Object.prototype);
const SOME = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'];
const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-words-'));
const at = (...steps: string[]) => path.join(folder, ...steps);

beforeAll(async () => {
  writeFileSync(at('a.png'), await encodePng(new Uint8Array(192).map((_, i) => i), [8, 8])); // biome-ignore format: one line
  writeModel(folder, tinyClassifier({ classes: WORDS.length }), 'net.onnx');
  writeFileSync(at('net.explain.json'), JSON.stringify({ model: 'net.onnx', labels: WORDS }));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => expect(Object.keys(Object.prototype)).toEqual([]));

/** Resolves whatever is refused cleanly. */
async function clean(run: () => unknown): Promise<void> {
  try {
    await run();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ExplainError);
    expect(thrown).toMatchObject({ kind: expect.not.stringMatching('internal'), next: expect.any(String) });
  }
}

test('labels, ids and names of images: scores, regions, agreement, findings and verdicts are each class’s own', async () => {
  const session = new Session({ threads: 1 });
  const [image, model] = [at('a.png'), at('net.explain.json')];
  const annotations = WORDS.map((name, i) => ({ id: name, image_id: '__proto__', category_id: i % 2 ? name : i, bbox: [1, 1, 3, 3] })); // biome-ignore format: one line
  const categories = WORDS.map((name, i) => ({ id: i % 2 ? name : i, name }));
  const images = [{ id: '__proto__', file_name: 'a.png', width: 8, height: 8 }];
  writeFileSync(at('labels.json'), JSON.stringify({ images, categories, annotations }));
  try {
    expect((await session.describe({ model })).card.labels).toEqual(WORDS);
    const found = await session.annotations({ image, model });
    expect([found.problems, found.annotations.map(({ label }) => label)]).toEqual([[], WORDS]);
    const classes = [...WORDS.keys()];
    const { maps } = await session.explain({ image, model, method: 'gradCam', classes });
    expect(maps.map(({ label }) => label)).toEqual(WORDS);
    const { findings } = await session.checkLabels({ model, sources: [{ path: at('labels.json') }], images: [image] });
    expect(WORDS).toEqual(expect.arrayContaining(findings.map(({ label }) => label)));
    expect(findings.length).toBeGreaterThan(WORDS.length);
    const finding = findings.find(({ label }) => label === '__proto__')!;
    await session.review({ finding, verdict: 'wrong', note: '', modelSha256: null, settings: {} });
    expect(Object.keys(await session.verdicts({ file: at('labels.json') }))).toEqual([finding.key]);
  } finally {
    await session.dispose();
  }
});

/** The same text for each place where a string stands, with the word in its place. */
function* replaced(text: string, word: string): Generator<string> {
  for (const { index, 0: string } of text.matchAll(/"(?:[^"\\]|\\.)*"/g))
    yield text.slice(0, index) + JSON.stringify(word) + text.slice(index + string.length);
}

describe.each(SOME)('%s', (word) => {
  test('in the place of any string of a TensorFlow.js model: layers, activations, keys, names of weights', async () => {
    cpSync(path.join(kerasFiles(), 'plain.tfjs'), at('tfjs'), { recursive: true });
    const file = at('tfjs', 'model.json');
    const text = readFileSync(path.join(kerasFiles(), 'plain.tfjs', 'model.json'), 'utf8');
    let count = 0;
    for (const changed of replaced(text, word)) {
      // Each place has one of the words.
      if (count++ % SOME.length !== SOME.indexOf(word)) continue;
      writeFileSync(file, changed);
      await clean(() => openModel(file));
    }
    expect(count).toBeGreaterThan(100);
  });

  test('in the place of any string of an annotation file, of each format', async () => {
    for (const name of fixtures()) {
      const file = fixture(name);
      const format = formatOf(file);
      if (!format || !/\.(json|csv|xml|txt)$/.test(name) || file.bytes.length > 20_000) continue;
      const { labels, images } = format.parse(file);
      const names = [labels?.[0], images[0]?.image, images[0]?.annotations[0]?.label, images[0]?.annotations[0]?.id];
      const text = Buffer.from(file.bytes).toString('latin1');
      for (const each of names) {
        if (!each) continue;
        const bytes = Buffer.from(text.replaceAll(each, word), 'latin1');
        await clean(() => format.parse({ ...file, bytes }));
      }
      if (name.endsWith('.json')) {
        let count = 0;
        for (const changed of replaced(text, word)) {
          if (count++ > 60) break;
          await clean(() => format.parse({ ...file, bytes: Buffer.from(changed, 'latin1') }));
        }
      }
    }
  });

  test('in flags of the command line', async () => {
    const run = (...args: string[]) => cli(args, { cwd: folder });
    const CARD = ['a.png', '--model', 'net.explain.json'];
    const explain = (...more: string[]) => run('explain', ...CARD, '--method', 'gradCam', ...more);
    const refused = [
      run(word),
      explain(`--${word}`),
      explain(`--${word}`, 'x'),
      run('explain', ...CARD, '--method', word),
      explain('--preset', word),
      explain('--set', `${word}=1`),
      explain('--set', `gradCam.${word}=1`),
      explain('--device', word),
      explain('--segments', word),
      explain('--segments', `slic:${word}=1`),
      explain('--assess', word),
      run('agree', ...CARD, '--annotations', 'labels.json', '--metrics', word),
      run('agree', ...CARD, '--annotations', 'labels.json', '--threshold', word),
      run('check', '--model', 'net.explain.json', '--annotations', 'labels.json', '--kinds', word),
    ];
    for (const [i, { code, stderr }] of (await Promise.all(refused)).entries()) {
      expect([i, code]).toEqual([i, 2]);
      expect(stderr).not.toMatch(/defect|TypeError/);
    }
    const { lines } = await explain('--class', word);
    expect(lines[0]!.maps.map(({ label }) => label)).toEqual([word]);
  });
});
