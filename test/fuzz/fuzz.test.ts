import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExplainError } from '../../src/explainers/errors.ts';
import { root } from '../data.ts';
import { LONG } from '../long.ts';
import { judged, judgedAnswer } from './judge.ts';
import { targets } from './targets.ts';

const CASES = LONG ? 60 : 30;

interface Figures {
  readonly cases: number;
  readonly asked: number;
  readonly refused: number;
  readonly faults: number;
}
const { runKind } = (await import(path.join(root, 'scripts/fuzz/runKind.mjs'))) as {
  runKind: (options: {
    kind: string;
    cases: number;
    program: string;
    out: string;
    workers: number;
  }) => Promise<Figures>;
};
const { bundle } = (await import(path.join(root, 'scripts/fuzz/bundle.mjs'))) as { bundle: () => Promise<string> };
const { ROUND } = (await import(path.join(root, 'scripts/fuzz/round.mjs'))) as { ROUND: Record<string, number> };

const out = fs.mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-fuzz-'));
afterAll(() => fs.rmSync(out, { recursive: true, force: true }));

describe('what counts as a fault', () => {
  const clean = {
    kind: 'model',
    message: 'The model is cut off.',
    subject: 'a.onnx',
    next: 'Export it again.',
  } as const;
  test('a clean error is none', () => expect(judged('x', new ExplainError(clean))).toEqual([]));
  test.each([
    ['called a defect', new TypeError('x is not a function')],
    ['no next step', new ExplainError({ kind: 'model', message: 'Bad.', subject: 'a.onnx' })],
    ['no subject', new ExplainError({ kind: 'model', message: 'Bad.', next: 'Do this.' })],
  ])('%s', (fault, thrown) => expect(judged('x', thrown).map((each) => each.fault)).toContain(fault));
  test('the innards of the runtime', () => {
    const message = '/onnxruntime_src/onnxruntime/core/graph.h:46 void f()';
    expect(judged('x', { ...clean, message }).map(({ fault }) => fault)).toContain('called a defect');
    expect(judged('x', new ExplainError({ ...clean, message })).map(({ fault }) => fault)).toContain(
      'the innards of the runtime',
    );
  });
});

test('what an answer says is judged too, wherever it stands', () => {
  const said = (text: string) => judgedAnswer('x', { files: [{ problems: [text] }], label: 'undefined' });
  expect(said('Line 3: the box has no width.')).toEqual([]);
  expect(said('is of category "undefined"').map(({ fault }) => fault)).toEqual(['a missing value in a sentence']);
  expect(said('\u001b[31m').map(({ fault }) => fault)).toEqual(['a raw control character']);
});

test('a round has 200,000 cases, and some of every kind', () => {
  expect(Object.values(ROUND).reduce((sum, cases) => sum + cases, 0)).toBe(200_000);
  expect(Object.keys(ROUND)).toEqual(targets.map(({ id }) => id));
});

describe('a few cases of every kind', () => {
  let program = '';
  beforeAll(async () => {
    program = await bundle();
  });

  test.each(targets.map(({ id }) => id))('%s: every answer is a result or a clean error', async (kind) => {
    const figures = await runKind({ kind, cases: CASES, program, out, workers: 1 });
    const faults = path.join(out, `${kind}.faults.jsonl`);
    expect(fs.existsSync(faults) ? fs.readFileSync(faults, 'utf8') : '').toBe('');
    expect(figures.faults).toBe(0);
    expect(figures.asked).toBeGreaterThanOrEqual(CASES);
    // What annotation and label files say wrongly is listed next to what they say rightly, not thrown.
    if (!['annotations', 'labels'].includes(kind)) expect(figures.refused).toBeGreaterThan(0);
  });
});

test('a process that dies or never answers is a fault of its case, and the next case runs', async () => {
  const program = path.join(out, 'dying.mjs');
  fs.writeFileSync(
    program,
    `process.on('message', (number) => {
       if (number === 1) process.abort();
       if (number === 2) throw new Error('planted');
       process.send({ number, faults: [], asked: 1, refused: 0, cpu: 0, rss: 0 });
     });
     process.on('uncaughtException', (error) => { process.send({ uncaught: error.message }); process.exit(70); });
     process.send({ ready: 1 });`,
  );
  const figures = await runKind({ kind: 'dying', cases: 5, program, out, workers: 1 });
  const faults = fs.readFileSync(path.join(out, 'dying.faults.jsonl'), 'utf8').trim().split('\n');
  expect(faults.map((line) => (JSON.parse(line) as { number: number; fault: string }).fault)).toEqual([
    'crash',
    'uncaught error',
  ]);
  expect(figures).toMatchObject({ asked: 3, faults: 2 });
});
