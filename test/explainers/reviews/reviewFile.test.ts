import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Finding, FindingKind } from '../../../src/explainers/contracts/results.ts';
import {
  appendVerdicts,
  readVerdicts,
  reviewedImage,
  reviewFileOf,
  verdictKey,
} from '../../../src/explainers/reviews/reviewFile.ts';
import { onePlace } from '../../onePlace.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'reviews-'));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
/** A new annotation file. */
function annotations(): string {
  const file = path.join(folder, `${count++}.coco.json`);
  writeFileSync(file, '{"images": []}');
  return file;
}

function finding(file: string, more: Partial<Finding> = {}): Finding {
  const image = more.image ?? path.join(folder, 'images', 'a.png');
  const { label = 'Mass', annotationId = '7', kind = 'doubtful' } = more;
  const key = verdictKey({ image: reviewedImage(file, image), class: label, annotationId, finding: kind });
  return onePlace({
    key,
    kind,
    image,
    index: 4,
    label,
    score: 0.9,
    message: '',
    file,
    line: 3,
    annotationId,
    verdict: null,
    ...more,
  });
}

describe('the review file', () => {
  test('a line is what the contract says', async () => {
    const file = annotations();
    const settings = { method: 'gradCam' };
    const request = {
      finding: finding(file),
      verdict: 'wrong',
      note: 'no mass here',
      modelSha256: 'ab',
      settings,
    } as const;
    await appendVerdicts(request, new Date('2026-01-02T03:04:05.678Z'));
    expect(readFileSync(reviewFileOf(file), 'utf8')).toBe(
      '{"time":"2026-01-02T03:04:05.678Z","image":"images/a.png","class":"Mass","annotationId":"7","finding":"doubtful",' +
        '"verdict":"wrong","note":"no mass here","modelSha256":"ab","settings":{"method":"gradCam"}}\n',
    );
  });

  test('what is written is read again, whatever the text is; the last line for a key wins', async () => {
    const file = annotations();
    const texts = ['', 'a "b" \\ \n\r\n\u2028 {', '{"verdict":"right"}', '标签 🩻', '__proto__', 'x'.repeat(9_000)];
    const kinds: FindingKind[] = ['unlabelled', 'doubtful', 'elsewhere', 'duplicate', 'swapped'];
    const expected = new Map<string, string>();
    for (let i = 0; i < 120; i++) {
      const text = texts[i % texts.length]!;
      const subject = finding(file, {
        kind: kinds[i % kinds.length]!,
        label: texts[(i * 7 + 1) % texts.length]!,
        annotationId: i % 3 ? text : null,
        image: path.join(folder, `b ${i % 4}`, `ü${i % 2}.png`),
      });
      const verdict = i % 2 ? 'right' : 'wrong';
      const [written] = await appendVerdicts({ finding: subject, verdict, note: text });
      expected.set(subject.key, JSON.stringify(written));
    }
    const read = await readVerdicts(file);
    expect(new Map([...read].map(([key, verdict]) => [key, JSON.stringify(verdict)]))).toEqual(expected);
  });

  test('a crash in the middle of a line costs that line only', async () => {
    const file = annotations();
    await appendVerdicts({ finding: finding(file), verdict: 'right' });
    const whole = readFileSync(reviewFileOf(file));
    // Every place at which a second line may have been torn.
    for (let at = 0; at < whole.length; at++) {
      writeFileSync(reviewFileOf(file), Buffer.concat([whole, whole.subarray(0, at)]));
      expect((await readVerdicts(file)).size).toBe(1);
      await appendVerdicts({ finding: finding(file, { label: 'Nodule' }), verdict: 'wrong' });
      expect([...(await readVerdicts(file)).values()].map((each) => [each.class, each.verdict])).toEqual([
        ['Mass', 'right'],
        ['Nodule', 'wrong'],
      ]);
    }
  });

  test('foreign lines are passed over', async () => {
    const file = annotations();
    writeFileSync(
      reviewFileOf(file),
      '\n[]\nnull\n{"image":"a"}\n{"image":1,"class":2,"finding":3,"verdict":"right"}\n\0\n',
    );
    expect((await readVerdicts(file)).size).toBe(0);
    await appendVerdicts({ finding: finding(file), verdict: 'right' });
    appendFileSync(reviewFileOf(file), '{"image":"a","class":"b","finding":"swapped","verdict":"maybe"}\n');
    expect((await readVerdicts(file)).size).toBe(1);
  });

  test('verdicts of two writers at once are all there', async () => {
    const file = annotations();
    const labels = Array.from({ length: 40 }, (_, i) => `class ${i}`);
    await Promise.all(
      labels.map((label) =>
        appendVerdicts({ finding: finding(file, { label }), verdict: 'right', note: 'x'.repeat(500) }),
      ),
    );
    expect([...(await readVerdicts(file)).values()].map((each) => each.class).sort()).toEqual(labels.sort());
  });

  test('the annotation file is never written', async () => {
    const file = annotations();
    const before = [readFileSync(file, 'utf8'), statSync(file).mtimeMs, statSync(file).size];
    await appendVerdicts({ finding: finding(file), verdict: 'wrong' });
    expect([readFileSync(file, 'utf8'), statSync(file).mtimeMs, statSync(file).size]).toEqual(before);
  });

  test('no file: no verdicts; one that cannot be written says so', async () => {
    expect((await readVerdicts(annotations())).size).toBe(0);
    const file = path.join(folder, 'no such folder', 'a.json');
    await expect(appendVerdicts({ finding: finding(file), verdict: 'right' })).rejects.toMatchObject({
      kind: 'usage',
      subject: reviewFileOf(file),
    });
  });
});

test('a file of many lines lets other requests have their turn', async () => {
  const place = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-reviews-'));
  const file = path.join(place, 'labels.json');
  writeFileSync(reviewFileOf(file), '{"a":1}\n'.repeat(10_000));
  let turns = 0;
  let counting = true;
  const count = () => {
    turns++;
    if (counting) setImmediate(count);
  };
  setImmediate(count);
  expect((await readVerdicts(file)).size).toBe(0);
  counting = false;
  expect(turns).toBeGreaterThanOrEqual(5);
  rmSync(place, { recursive: true });
});
