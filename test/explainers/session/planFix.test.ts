// The corrections of the findings of a set with planted errors: each is planned, its edits are made, and the set is
// checked again. Its finding goes, and the others stay.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  editedText,
  type FixPlan,
  type FixRequest,
  type LabelChange,
} from '../../../src/explainers/contracts/labels/fix.ts';
import type { Finding } from '../../../src/explainers/contracts/results.ts';
import { Session } from '../../../src/explainers/session.ts';
import { writeImage } from '../labelCheck/coloured.ts';
import { type Planted, writePlanted } from '../labelCheck/planted.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'fix-'));
const session = new Session({ threads: 1 });
let planted: Planted;
beforeAll(() => {
  planted = writePlanted(path.join(root, 'planted'));
});
afterAll(async () => {
  await session.dispose();
  rmSync(root, { recursive: true });
});

const check = async () =>
  (
    await session.checkLabels({
      model: planted.card,
      sources: [{ path: planted.annotations }],
      journal: path.join(root, 'journal'),
    })
  ).findings;
const plan = (finding: Finding, change: LabelChange) => {
  const { image, index, line, annotationId, file } = finding;
  const label = change.kind === 'add' ? null : { index, line, annotationId };
  return session.planFix({ image, model: planted.card, file, label, change } satisfies FixRequest);
};
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const named = (findings: readonly Finding[]) =>
  findings.map(({ kind, image }) => `${kind} ${path.basename(image)}`).sort();

function make(planned: FixPlan): void {
  if (planned.kind !== 'edit') throw new Error('An edit was expected.');
  const bytes = readFileSync(planned.file);
  expect(sha256(bytes)).toBe(planned.sha256);
  const after = Buffer.from(editedText(bytes.toString('utf8'), planned.edits));
  expect(sha256(after)).toBe(planned.afterSha256);
  writeFileSync(planned.file, after);
}

test('each planted error is corrected, and its finding goes while the others stay', async () => {
  const changes: Readonly<Record<string, (finding: Finding) => LabelChange>> = {
    doubtful: () => ({ kind: 'remove' }),
    duplicate: () => ({ kind: 'remove' }),
    swapped: ({ instead }) => ({ kind: 'class', to: instead!.label }),
  };
  let left = await check();
  expect(named(left)).toHaveLength(5);
  for (const [kind, change] of Object.entries(changes)) {
    const finding = left.find((each) => each.kind === kind)!;
    const planned = await plan(finding, change(finding));
    const lines = readFileSync(planned.file, 'utf8').split('\n');
    make(planned);
    const now = readFileSync(planned.file, 'utf8').split('\n');
    // Only its own line differs, or is gone.
    expect(lines.filter((line) => !now.includes(line))).toHaveLength(1);
    const after = await check();
    expect(named(after)).toEqual(named(left).filter((each) => each !== `${kind} ${path.basename(finding.image)}`));
    left = after;
  }
});

test('a box in pixels of the image is moved in the file’s coordinates, wherever the finding is', async () => {
  const finding = (await check()).find(({ kind }) => kind === 'elsewhere')!;
  const { annotations } = await session.annotations({
    image: finding.image,
    model: planted.card,
    sources: [{ path: planted.annotations }],
  });
  const drawn = annotations.find(({ id }) => id === finding.annotationId)!.shape!;
  const box = { x: 1, y: 2, width: 5, height: 6 };
  expect(drawn).not.toMatchObject(box);
  make(await plan(finding, { kind: 'move', box }));
  const moved = await session.annotations({
    image: finding.image,
    model: planted.card,
    sources: [{ path: planted.annotations }],
  });
  expect(moved.annotations.find(({ id }) => id === finding.annotationId)!.shape).toEqual({ kind: 'box', ...box });
});

test('a label that is gone, and an image that the file does not list, are refused with a next step', async () => {
  const finding = (await check())[0]!;
  await expect(plan({ ...finding, annotationId: 'none', line: 1 }, { kind: 'remove' })).rejects.toMatchObject({
    kind: 'annotation',
    next: expect.any(String),
  });
  const image = path.join(root, 'other.bmp');
  writeImage(image, {});
  await expect(plan({ ...finding, image }, { kind: 'remove' })).rejects.toMatchObject({
    kind: 'annotation',
    message: expect.stringContaining('other.bmp'),
  });
});

test('an image of a folder per class moves to the folder of its class', async () => {
  const set = path.join(root, 'set');
  for (const label of ['red', 'green']) mkdirSync(path.join(set, label), { recursive: true });
  const image = path.join(set, 'red', 'a.bmp');
  writeImage(image, {});
  writeImage(path.join(set, 'green', 'b.bmp'), {});
  const label = { index: 0, line: null, annotationId: null };
  const request = { image, model: planted.card, file: set, label };
  const index = (await session.describe({ model: planted.card })).card.labels.indexOf('red');
  const planned = await session.planFix({
    ...request,
    label: { ...label, index },
    change: { kind: 'class', to: 'green' },
  });
  expect(planned).toMatchObject({ kind: 'move', from: image, to: path.join(set, 'green', 'a.bmp') });
  await expect(
    session.planFix({ ...request, label: { ...label, index }, change: { kind: 'remove' } }),
  ).rejects.toMatchObject({ kind: 'annotation' });
});

test('with predictions alone, the classes are those of the predictions, and the plan is the same', async () => {
  const { labels } = (await session.describe({ model: planted.card })).card;
  for (const finding of await check()) {
    const { image, index, line, annotationId, file } = finding;
    const request = { image, file, label: { index, line, annotationId }, change: { kind: 'remove' } } as const;
    if (finding.kind === 'unlabelled') continue;
    const planned = await session.planFix({ ...request, labels });
    expect(planned).toEqual(await session.planFix({ ...request, model: planted.card }));
  }
});
