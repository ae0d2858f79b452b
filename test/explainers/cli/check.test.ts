import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/explainers/contracts/results.ts';
import { reviewFileOf } from '../../../src/explainers/reviews/reviewFile.ts';
import { Session } from '../../../src/explainers/session.ts';
import { root } from '../../data.ts';
import { lineOf } from '../labelCheck/coloured.ts';
import { type Planted, writePlanted } from '../labelCheck/planted.ts';
import { cli } from './cli.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'check-'));
let planted: Planted;
beforeAll(() => {
  planted = writePlanted(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const check = (...more: string[]) =>
  cli(['check', '--annotations', 'labels.coco.json', '--model', 'colours.explain.json', ...more], { cwd: folder });
const findings = ({ lines }: Awaited<ReturnType<typeof check>>) => lines as unknown as readonly Finding[];

describe('check', () => {
  test('one JSON line per finding, ranked; definitions and counts go to stderr', async () => {
    const ran = await check();
    expect(ran.code).toBe(0);
    const found = findings(ran);
    expect(found.map(({ kind }) => kind).sort()).toEqual([
      'doubtful',
      'duplicate',
      'elsewhere',
      'swapped',
      'unlabelled',
    ]);
    const moved = found.find(({ kind }) => kind === 'elsewhere')!;
    expect(moved).toMatchObject({ image: path.join('images', 'image03.bmp'), file: 'labels.coco.json', verdict: null });
    expect(moved.line).toBe(lineOf(planted.text, `{"id":${moved.annotationId},"image_id"`));
    expect(ran.stderr).toContain('18 images checked.');
    for (const { id, definition } of new Session().catalogue().findingKinds) {
      expect(ran.stderr).toContain(`  ${id.padEnd(10)}  1 open\n`);
      expect(ran.stderr).toContain(definition);
    }
  });

  test('kinds and limit', async () => {
    expect(findings(await check('--kind', 'swapped,duplicate')).map(({ kind }) => kind)).toEqual([
      'duplicate',
      'swapped',
    ]);
    expect(findings(await check('--limit', '2'))).toHaveLength(2);
    expect(findings(await check('--limit', '0'))).toHaveLength(0);
  });

  test('findings with a verdict are left out, or come last', async () => {
    const [first] = findings(await check());
    const session = new Session();
    const at = (file: string) => path.join(folder, file);
    const places = first!.places.map((place) => ({ ...place, file: at(place.file) }));
    await session.review({ finding: { ...first!, image: at(first!.image), places }, verdict: 'right' });
    expect(findings(await check()).map(({ key }) => key)).not.toContain(first!.key);
    const all = await check('--all');
    expect(findings(all).at(-1)).toMatchObject({ key: first!.key, verdict: { verdict: 'right' } });
    expect(all.stderr).toContain(`${first!.kind}${' '.repeat(12 - first!.kind.length)}0 open, 1 reviewed`);
    rmSync(reviewFileOf(planted.annotations));
  });

  test('what the card’s annotations leave out of the folder is said before the check, and read if asked for', async () => {
    const own = mkdtempSync(path.join(os.tmpdir(), 'check-left-'));
    const { card, annotations, text } = writePlanted(own);
    const all = JSON.parse(text) as { images: { id: number }[]; annotations: { image_id: number }[] };
    const split = (odd: number) =>
      JSON.stringify({
        ...all,
        images: all.images.filter(({ id }) => id % 2 === odd),
        annotations: all.annotations.filter((each) => each.image_id % 2 === odd),
      });
    writeFileSync(annotations, split(0));
    writeFileSync(path.join(own, 'rest.json'), split(1));
    const text0 = JSON.parse(readFileSync(card, 'utf8')) as object;
    writeFileSync(card, JSON.stringify({ ...text0, annotations: [path.basename(annotations)] }));
    const run = (...more: string[]) => cli(['check', '--model', card, '--images', own, ...more], { cwd: own });
    const some = await run();
    expect(some.stderr).toMatch(/leave out 1 annotation file of the images’ folders: rest\.json\. --all-annot/);
    expect(some.stderr.indexOf('leave out')).toBeLessThan(some.stderr.indexOf('images checked'));
    const whole = await run('--all-annotations');
    expect(whole.stderr).not.toContain('leave out');
    expect([findings(some).length < 5, findings(whole).length]).toEqual([true, 5]);
    rmSync(own, { recursive: true });
  });

  test('a journal makes the second run short', async () => {
    await check('--journal', 'journal.jsonl');
    expect(existsSync(path.join(folder, 'journal.jsonl'))).toBe(true);
    expect((await check('--journal', 'journal.jsonl')).stderr).toContain(
      '18 images checked, 18 of them from the journal.',
    );
  });

  test('images that cannot be checked: exit code 1, the rest is done', async () => {
    const ran = await check('--images', 'images', '--images', 'gone.png');
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('gone.png');
    expect(findings(ran)).toHaveLength(5);
  });

  test.each([
    [['check', '--annotations', 'nowhere/near/any/of/it/a.json'], 'check needs a model'],
    [['check', '--model', 'colours.explain.json'], 'it is unknown which labels to check'],
    [['check', '--model', 'colours.explain.json', 'a.json'], "check does not know what 'a.json' is for"],
    [['check', '--model', 'colours.explain.json', '--kind', 'doubtfull'], "--kind cannot be 'doubtfull'. Did you mean"],
    [['check', '--model', 'colours.explain.json', '--limit', 'x'], '--limit needs a whole number'],
  ])('wrong usage: %j', async (args, message) => {
    const ran = await cli(args, { cwd: folder });
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(message);
  });

  test('the documentation has each kind’s definition and formula', () => {
    const text = readFileSync(path.join(root, 'docs/check-labels.md'), 'utf8');
    for (const { id, definition, formula } of new Session().catalogue().findingKinds)
      for (const part of [`\`${id}\``, definition, formula]) expect(text).toContain(part);
  });
});
