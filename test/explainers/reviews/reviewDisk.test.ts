import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/explainers/contracts/results.ts';
import { Journal } from '../../../src/explainers/labelCheck/journal.ts';
import type { Observation } from '../../../src/explainers/labelCheck/observation.ts';
import { appendVerdicts, readVerdicts, reviewFileOf } from '../../../src/explainers/reviews/reviewFile.ts';
import { childProgram } from '../../childProgram.ts';
import { makeDisk, noDisks } from '../../disks.ts';
import { onePlace } from '../../onePlace.ts';

const skipped = noDisks();
const why = skipped ? `: ${skipped}` : '';

const finding = (file: string, id: number): Finding =>
  onePlace({
    key: String(id),
    kind: 'doubtful',
    image: path.join(path.dirname(file), 'a.png'),
    index: 0,
    label: 'Mass',
    score: 1,
    message: '',
    file,
    line: 1,
    annotationId: String(id),
    verdict: null,
  });

describe('verdicts and the disk', () => {
  test.skipIf(skipped)(
    `a full disk: every verdict that was taken is there, the first that was not says so${why}`,
    async () => {
      const disk = makeDisk(64);
      try {
        const file = path.join(disk.folder, 'labels.json');
        writeFileSync(file, '{}');
        let taken = 0;
        const fill = async () => {
          for (; ; taken++)
            await appendVerdicts({ finding: finding(file, taken), verdict: 'right', note: 'x'.repeat(3000) });
        };
        await expect(fill()).rejects.toMatchObject({
          kind: 'usage',
          message: 'The review file cannot be written because the disk is full (ENOSPC).',
          subject: reviewFileOf(file),
        });
        expect([taken, (await readVerdicts(file)).size]).toEqual([expect.any(Number), taken]);
        expect(taken).toBeGreaterThan(5);
        disk.readOnly();
        await expect(appendVerdicts({ finding: finding(file, 0), verdict: 'wrong' })).rejects.toMatchObject({
          message: 'The review file cannot be written because the disk is read-only (EROFS).',
        });
        expect((await readVerdicts(file)).size).toBe(taken);
      } finally {
        disk.remove();
      }
    },
  );

  test.skipIf(skipped)(`a journal on a full disk: the same${why}`, async () => {
    const disk = makeDisk(32);
    try {
      const key = { modelSha256: 'a', how: 'b', classes: 2000 };
      const said = {
        ids: [],
        geometry: { image: [8, 8], input: [8, 8], scale: [1, 1], offset: [0, 0] },
        scores: new Float32Array(2000).fill(0.5),
        maps: new Map(),
      } as unknown as Observation;
      const file = path.join(disk.folder, 'journal.jsonl');
      const journal = await Journal.open(file, key);
      let taken = 0;
      const fill = async () => {
        for (; ; taken++) await journal.add(path.join(disk.folder, `${taken}.png`), 's', said);
      };
      await expect(fill()).rejects.toMatchObject({
        kind: 'usage',
        message: 'The journal cannot be written because the disk is full (ENOSPC).',
      });
      await journal.close();
      const again = await Journal.open(file, key);
      const known = await Promise.all(
        Array.from({ length: taken + 1 }, (_, i) => again.get(path.join(disk.folder, `${i}.png`), 's')),
      );
      await again.close();
      expect(known.map((each) => each !== null)).toEqual([...Array.from({ length: taken }, () => true), false]);
    } finally {
      disk.remove();
    }
  });

  test('two processes that write into one review file at once: every verdict is there, no line is mixed', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-two-'));
    try {
      const file = path.join(folder, 'labels.json');
      writeFileSync(file, '{}');
      const program = await childProgram(
        'twoReviewers',
        `import { appendVerdicts } from './src/explainers/reviews/reviewFile.ts';
         const [file, from] = process.argv.slice(2);
         for (let i = Number(from); i < Number(from) + 60; i++) {
           const place = { key: '', file, line: 1, annotationId: String(i), verdict: null };
           const finding = { image: file + '.png', label: 'Mass', kind: 'doubtful', places: [place] };
           await appendVerdicts({ finding: finding as never, verdict: 'right', note: 'x'.repeat(5000) });
         }`,
      );
      const run = (from: number) => promisify(execFile)(process.execPath, [program, file, String(from)]);
      await Promise.all([run(0), run(1000)]);
      expect((await readVerdicts(file)).size).toBe(120);
      const lines = readFileSync(reviewFileOf(file), 'utf8')
        .split('\n')
        .filter((line) => line !== '');
      expect(lines.map((line) => JSON.parse(line).verdict)).toEqual(Array.from({ length: 120 }, () => 'right'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 60_000);
});
