import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AnnotationStore } from '../../../src/explainers/annotations/store.ts';
import type { CheckResult, Finding, Progress, Verdict } from '../../../src/explainers/contracts/results.ts';
import { encodePng } from '../../../src/explainers/images/encode.ts';
import { AnnotationFiles } from '../../../src/explainers/labelCheck/annotationFiles.ts';
import { checkLabels } from '../../../src/explainers/labelCheck/check.ts';
import { RandomState } from '../../../src/explainers/numerics/randomMt19937.ts';
import { reviewFileOf } from '../../../src/explainers/reviews/reviewFile.ts';
import { Session } from '../../../src/explainers/session.ts';
import { examples } from '../../data.ts';
import { cocoText, colourModel, flatModel, lineOf, SIDE, writeColourModel, writeImage } from './coloured.ts';
import { type Planted, plantErrors, rightEntries, writePlanted } from './planted.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'labels-'));
const session = new Session({ threads: 1 });
let planted: Planted;
beforeAll(() => {
  planted = writePlanted(path.join(root, 'planted'));
});
afterAll(async () => {
  await session.dispose();
  rmSync(root, { recursive: true });
});

const check = (more: object = {}, call = {}) =>
  session.checkLabels({ model: planted.card, sources: [{ path: planted.annotations }], ...more }, call);
const said = ({ kind, image, label, instead }: Finding) =>
  [kind, path.basename(image), label, ...(instead ? [instead.label] : [])].join(' ');
/** What does not depend on whether a journal was there. */
const outcome = ({ resumed: _, ...rest }: CheckResult) => rest;

describe('planted errors', () => {
  test('each is found, and nothing else', async () => {
    const result = await check();
    expect(result.findings.map(said).sort()).toEqual([
      'doubtful image01.bmp red',
      'duplicate image05.bmp blue',
      'elsewhere image03.bmp red',
      'swapped image07.bmp blue green',
      'unlabelled image00.bmp green',
    ]);
    expect(result).toMatchObject({ images: 18, resumed: 0, skipped: [], problems: [] });
    expect(result.notes[0]).toContain('Grad-CAM');
    const scores = result.findings.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    for (const score of scores) expect(score > 0.25 && score <= 1).toBe(true);
    expect(structuredClone(result)).toEqual(result);
  });

  test('each stands on its line, with the annotation’s id', async () => {
    const { findings } = await check();
    const at = (kind: string) => findings.find((finding) => finding.kind === kind)!;
    const line = (id: string) => lineOf(planted.text, `{"id":${id},"image_id"`);
    for (const kind of ['doubtful', 'elsewhere', 'duplicate', 'swapped']) {
      const { annotationId, line: found, file } = at(kind);
      expect(found).toBe(line(annotationId!));
      expect(file).toBe(planted.annotations);
    }
    expect(at('unlabelled').annotationId).toBeNull();
    expect(planted.text.split('\n')[at('unlabelled').line! - 1]).toContain('"file_name":"image00.bmp"');
    expect(at('elsewhere').message).toMatch(/holds 0\.0 % of the evidence/);
    expect(at('swapped').message).toMatch(/^Labelled blue, .* and not green, .* >0\.99\.$/);
  });

  test('right labels give no findings', async () => {
    const { card, annotations } = writePlanted(path.join(root, 'right'), false);
    const result = await session.checkLabels({ model: card, sources: [{ path: annotations }] });
    expect(result).toMatchObject({ findings: [], images: 18 });
  });

  test('only the kinds that are asked for', async () => {
    const { findings } = await check({ kinds: ['duplicate', 'swapped'] });
    expect(findings.map(({ kind }) => kind).sort()).toEqual(['duplicate', 'swapped']);
  });

  test('what a file does not mention is unknown, not absent', async () => {
    const folder = path.join(root, 'voc');
    writeImage(path.join(folder, 'a.bmp'), { red: [0, 0, 12], green: [16, 16, 12] });
    const object =
      '<object><name>red</name><bndbox><xmin>0</xmin><ymin>0</ymin><xmax>12</xmax><ymax>12</ymax></bndbox></object>';
    writeFileSync(path.join(folder, 'a.xml'), `<annotation><filename>a.bmp</filename>${object}</annotation>`);
    const card = writeColourModel(folder);
    const result = await session.checkLabels({ model: card, sources: [{ path: path.join(folder, '*.xml') }] });
    expect(result).toMatchObject({ findings: [], images: 1 });
  });

  test('one class per image: a label that is another is swapped', async () => {
    const folder = path.join(root, 'softmax');
    const entries = rightEntries(folder).map(({ name, boxes }) => ({ name, boxes: boxes.slice(0, 1) }));
    for (const [i, { name, boxes }] of entries.entries()) {
      writeImage(path.join(folder, 'images', name), Object.fromEntries(boxes));
      if (i === 7) entries[i] = { name, boxes: [['blue', boxes[0]![1]]] };
    }
    const file = path.join(folder, 'labels.coco.json');
    writeFileSync(file, cocoText(entries));
    const card = writeColourModel(folder, colourModel('Softmax'));
    const { findings } = await session.checkLabels({ model: card, sources: [{ path: file }] });
    expect(findings.map(said)).toEqual(['swapped image07.bmp blue green']);
  });

  test('without a layer to look at, evidence is made by occlusion, and the result says so', async () => {
    const card = writeColourModel(path.join(root, 'flat'), flatModel());
    const result = await check({ model: card });
    expect(result.notes[0]).toMatch(/occlusion/);
    expect(result.findings.map(said)).toContain('elsewhere image03.bmp red');
  });
});

describe('the chest X-ray example', () => {
  test('masses that are labelled as a hernia', async () => {
    const folder = path.join(root, 'chest');
    mkdirSync(folder);
    const chest = path.join(examples, 'chest-xray');
    const file = path.join(folder, 'RG1.coco.json');
    const text = readFileSync(path.join(chest, 'RG1.coco.json'), 'utf8');
    const coco = JSON.parse(text) as { categories: { id: number; name: string }[]; annotations: object[] };
    coco.categories = [
      { ...coco.categories[0]!, name: 'Hernia' },
      { id: 99, name: 'Mass' },
    ];
    writeFileSync(file, JSON.stringify(coco, null, 1));
    const { findings } = await session.checkLabels({
      model: path.join(chest, 'cxr-nih14.explain.json'),
      sources: [{ path: file }],
      images: [path.join(chest, 'RG1.png')],
    });
    expect(said(findings[0]!)).toBe('swapped RG1.png Hernia Mass');
    expect(findings[0]!.score).toBeGreaterThan(0.9);
    expect(findings.map(({ kind }) => kind)).not.toContain('unlabelled');
  });
});

describe('images', () => {
  test('of a folder, with the annotations around them', async () => {
    const result = await session.checkLabels({ model: planted.card, images: [path.join(root, 'planted', 'images')] });
    expect(result.findings).toHaveLength(5);
    const one = path.join(root, 'planted', 'images', 'image05.bmp');
    expect((await session.checkLabels({ model: planted.card, images: [one] })).images).toBe(1);
  });

  test('that are missing, broken or in no file are listed, and the rest is checked', async () => {
    const folder = path.join(root, 'broken');
    const entries = plantErrors(rightEntries(folder));
    const file = path.join(folder, 'labels.coco.json');
    writeFileSync(file, cocoText([...entries, { name: 'gone.bmp', boxes: [] }]));
    writeFileSync(path.join(folder, 'images', 'image10.bmp'), 'no image');
    writeImage(path.join(folder, 'images', 'other.bmp'), { red: [0, 0, 12] });
    const result = await check({ sources: [{ path: file }] });
    expect(result.findings).toHaveLength(5);
    expect(result.images).toBe(17);
    expect(result.skipped.map(({ image }) => path.basename(image))).toEqual(['gone.bmp', 'image10.bmp']);
    const whole = await check({ sources: [{ path: file }], images: [path.join(folder, 'images')] });
    expect(whole.notes).toContain('1 image is in no annotation file.');
  });

  test('a mask that is named like an image is not taken for it', async () => {
    const folder = path.join(root, 'masks');
    writeImage(path.join(folder, 'images', 'a.bmp'), { red: [0, 0, 12] });
    const mask = path.join(folder, 'masks', 'red', 'a.png');
    mkdirSync(path.dirname(mask), { recursive: true });
    const pixels = new Uint8Array(SIDE * SIDE).fill(255, 0, SIDE);
    writeFileSync(mask, await encodePng(pixels, [SIDE, SIDE]));
    const result = await check({ sources: [{ path: mask }] });
    expect(result).toMatchObject({ images: 1, skipped: [], problems: [], findings: [] });
  });

  test('that are there twice are named, with their labels', async () => {
    const folder = path.join(root, 'twice');
    const { card, annotations, text } = writePlanted(folder, false);
    copyFileSync(path.join(folder, 'images', 'image03.bmp'), path.join(folder, 'images', 'copy.bmp'));
    const coco = JSON.parse(text) as { images: object[] };
    writeFileSync(
      annotations,
      JSON.stringify({ ...coco, images: [...coco.images, { id: 999, file_name: 'copy.bmp' }] }),
    );
    const { alike } = await session.checkLabels({ model: card, sources: [{ path: annotations }] });
    const [first] = alike.filter(({ equal }) => equal);
    expect(first).toMatchObject({ equal: true, labelsDiffer: true, splitsDiffer: false });
    // Others of the set are the same picture too.
    expect(first!.images.map(({ image }) => path.basename(image))).toEqual(
      expect.arrayContaining(['copy.bmp', 'image03.bmp']),
    );
  });

  test('are not searched for above the root', async () => {
    const folder = path.join(root, 'above');
    writeImage(path.join(folder, 'a.bmp'), { red: [0, 0, 12] });
    const file = path.join(folder, 'deep', 'labels.coco.json');
    mkdirSync(path.dirname(file));
    writeFileSync(file, cocoText([{ name: 'a.bmp', boxes: [] }]));
    expect((await check({ sources: [{ path: file }] })).images).toBe(1);
    expect((await check({ sources: [{ path: file }], root: path.dirname(file) })).skipped).toHaveLength(1);
  });

  test('nothing to check is wrong usage', async () => {
    await expect(session.checkLabels({ model: planted.card })).rejects.toMatchObject({ kind: 'usage' });
  });

  test('a malformed annotation file is listed, the others are checked', async () => {
    const bad = path.join(root, 'bad.coco.json');
    writeFileSync(bad, planted.text.slice(0, 300));
    const result = await check({ sources: [{ path: bad }, { path: planted.annotations }] });
    expect(result.findings).toHaveLength(5);
    expect(result.problems[0]).toContain('bad.coco.json');
  });
});

describe('the journal', () => {
  const images = () => readdirSync(path.join(root, 'planted', 'images')).length;
  const journalOf = (name: string) => path.join(root, `${name}.jsonl`);

  test('a run that was cut short, anywhere, ends as one in one go', async () => {
    const whole = outcome(await check());
    const journal = journalOf('cut');
    for (const stopAt of [1, 7, images()]) {
      const controller = new AbortController();
      let seen = 0;
      const onProgress = ({ stage }: Progress) => stage === 'check' && seen++ === stopAt && controller.abort();
      const cut = check({ journal }, { signal: controller.signal, onProgress });
      if (stopAt < images()) await expect(cut).rejects.toMatchObject({ kind: 'cancelled' });
      else {
        // Those that were in work when it was cut may be lost.
        const { resumed } = await cut;
        expect(resumed).toBeGreaterThanOrEqual(5);
        expect(resumed).toBeLessThanOrEqual(7);
      }
    }
    const again = await check({ journal });
    expect(again.resumed).toBe(18);
    expect(outcome(again)).toEqual(whole);
  });

  test('a torn last line costs that image only', async () => {
    const whole = outcome(await check());
    const journal = journalOf('torn');
    await check({ journal });
    const text = readFileSync(journal);
    writeFileSync(journal, text.subarray(0, text.length - 40));
    const resumed = await check({ journal });
    expect(resumed.resumed).toBe(17);
    expect(outcome(resumed)).toEqual(whole);
    appendFileSync(journal, '{"image":"x"}\nno json\n\n[]');
    expect((await check({ journal })).resumed).toBe(18);
  });

  test('a journal that ends anywhere, as a killed run leaves it, ends as one in one go: 8 places at random', async () => {
    const whole = outcome(await check());
    const journal = journalOf('killed');
    await check({ journal });
    const text = readFileSync(journal);
    const random = new RandomState(16);
    for (let i = 0; i < 8; i++) {
      writeFileSync(journal, text.subarray(0, Math.floor(random.random() * text.length)));
      const resumed = await check({ journal });
      expect(resumed.resumed).toBeLessThan(18);
      expect(outcome(resumed)).toEqual(whole);
    }
  });

  test('an edited annotation file needs no new inference; a changed image or model does', async () => {
    const folder = path.join(root, 'edited');
    const { card, annotations } = writePlanted(folder, false);
    const journal = path.join(folder, 'journal.jsonl');
    const run = () => session.checkLabels({ model: card, sources: [{ path: annotations }], journal });
    expect(await run()).toMatchObject({ resumed: 0, findings: [] });
    writeFileSync(annotations, cocoText(plantErrors(rightEntries(path.join(root, 'unused')))));
    const edited = await run();
    expect(edited).toMatchObject({ resumed: 18, images: 18 });
    expect(edited.findings).toHaveLength(5);
    const image = path.join(folder, 'images', 'image03.bmp');
    utimesSync(image, new Date(), new Date(Date.now() + 5000));
    expect((await run()).resumed).toBe(17);
    writeColourModel(folder, { ...colourModel(), name: 'another' });
    expect((await run()).resumed).toBe(0);
  });

  test('goes with a folder that is moved', async () => {
    const [from, to] = [path.join(root, 'from'), path.join(root, 'to')];
    const { card } = writePlanted(from);
    const run = (folder: string) =>
      session.checkLabels({
        model: path.join(folder, path.basename(card)),
        sources: [{ path: path.join(folder, 'labels.coco.json') }],
        journal: path.join(folder, 'journal.jsonl'),
      });
    await run(from);
    renameSync(from, to);
    expect((await run(to)).resumed).toBe(18);
  });
});

describe('while it runs', () => {
  test('progress has a fraction, and the findings so far', async () => {
    const fractions: number[] = [];
    await check({}, { onProgress: ({ stage, fraction }: Progress) => stage === 'check' && fractions.push(fraction!) });
    expect(fractions).toEqual(Array.from({ length: 18 }, (_, i) => i / 18));
  });

  test('the findings so far come now and then, with their verdicts', async () => {
    const folder = path.join(root, 'slow');
    const { card, annotations } = writePlanted(folder);
    const whole = await session.checkLabels({ model: card, sources: [{ path: annotations }] });
    const swapped = whole.findings.find(({ kind }) => kind === 'swapped')!;
    await session.review({ finding: swapped, verdict: 'wrong' });
    const files = await AnnotationFiles.open(new AnnotationStore(), [{ path: annotations }]);
    const { card: resolved } = await session.describe({ model: card });
    const found: Finding[] = [];
    await checkLabels(
      { model: card },
      {
        card: resolved,
        modelSha256: '',
        evidence: { method: null, key: '', notes: [] },
        files,
        inputsKey: async () => '',
        observe: async (image) => {
          // The last images are slow, so that the others are ranked before they end.
          const slow = path.basename(image) >= 'image12';
          await new Promise((resolve) => setTimeout(resolve, slow ? 1200 : 0));
          const { scores, geometry } = await session.predict({ image, model: card });
          return { ids: [], geometry, scores: Float32Array.from(scores, ({ score }) => score), maps: new Map() };
        },
      },
      {
        onProgress: ({ findings = [] }) => {
          for (const each of findings) found.push(each);
        },
      },
    );
    expect(found.map(said)).toContain('swapped image07.bmp blue green');
    expect(found.find(({ key }) => key === swapped.key)?.verdict?.verdict).toBe('wrong');
  });

  test('a cancel ends it within an image', async () => {
    const controller = new AbortController();
    const running = check({}, { signal: controller.signal });
    controller.abort();
    await expect(running).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

describe('labels that several files say', () => {
  test('one finding per image and class, with each place; its verdict is in each file’s review file, and taken back there', async () => {
    const folder = path.join(root, 'thrice');
    const { card, annotations, text } = writePlanted(folder);
    const copies = ['b.coco.json', 'c.coco.json'].map((name) => path.join(folder, name));
    writeFileSync(copies[0]!, text);
    // The same on other lines, with other ids.
    writeFileSync(copies[1]!, `\n${text.replace(/\{"id":(\d+),"image_id"/g, '{"id":9$1,"image_id"')}`);
    const files = [annotations, ...copies];
    const run = () => session.checkLabels({ model: card, sources: files.map((file) => ({ path: file })) });
    const { findings } = await run();
    expect(findings.map(said).sort()).toEqual((await check()).findings.map(said).sort());
    for (const { places, key, file, line } of findings) {
      expect(places.map((place) => path.basename(place.file)).sort()).toEqual(
        files.map((f) => path.basename(f)).sort(),
      );
      expect(places[0]).toEqual({ ...places[0], key, file, line });
      const own = places.find((place) => place.file === annotations)!;
      const shifted = places.find((place) => place.file === copies[1])!;
      expect(shifted.line).toBe(own.line! + 1);
    }
    const swap = findings.find(({ kind }) => kind === 'swapped')!;
    expect([swap.probability! < 0.5, swap.instead!.probability! > 0.99]).toEqual([true, true]);
    await session.review({ finding: swap, verdict: 'unsure' });
    for (const file of files) {
      const [[key, verdict], ...more] = Object.entries(await session.verdicts({ file })) as [[string, Verdict]];
      expect([swap.places.some((place) => place.key === key), verdict.verdict, more.length]).toEqual([
        true,
        'unsure',
        0,
      ]);
    }
    const again = async () => (await run()).findings.find(({ kind }) => kind === 'swapped')!.verdict?.verdict;
    expect(await again()).toBe('unsure');
    // Only one of the files has the later verdict.
    await session.review({ finding: { ...swap, places: swap.places.slice(1, 2) }, verdict: 'wrong' });
    expect(await again()).toBe('wrong');
    await session.review({ finding: swap, verdict: 'open' });
    expect(await again()).toBeUndefined();
  });
});

describe('verdicts', () => {
  test('come back with the findings, also after an edit elsewhere in the file; no annotation file is written', async () => {
    const folder = path.join(root, 'reviewed');
    const { card, annotations, text } = writePlanted(folder);
    const before = [statSync(annotations).mtimeMs, readFileSync(annotations, 'utf8')];
    const run = () => session.checkLabels({ model: card, sources: [{ path: annotations }] });
    const { findings, modelSha256, settings } = await run();
    for (const [i, finding] of findings.entries())
      await session.review({ finding, verdict: i % 2 ? 'right' : 'wrong', note: `no. ${i}`, modelSha256, settings });
    expect([statSync(annotations).mtimeMs, readFileSync(annotations, 'utf8')]).toEqual(before);
    const verdicts = await session.verdicts({ file: annotations });
    expect(Object.keys(verdicts).sort()).toEqual(findings.map(({ key }) => key).sort());
    writeFileSync(annotations, `\n\n${text}`);
    const again = (await run()).findings;
    expect(again.map(({ verdict }) => [verdict?.verdict, verdict?.note])).toEqual(
      findings.map((_, i) => [i % 2 ? 'right' : 'wrong', `no. ${i}`]),
    );
    expect(again.map(({ line }) => line)).toEqual(findings.map(({ line }) => line! + 2));
    // Next to the annotation file, so that a copy of the folder has them too.
    const copy = path.join(root, 'copied');
    mkdirSync(copy);
    for (const file of [annotations, reviewFileOf(annotations)])
      copyFileSync(file, path.join(copy, path.basename(file)));
    expect(Object.keys(await session.verdicts({ file: path.join(copy, path.basename(annotations)) }))).toHaveLength(5);
  });
});
