import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CheckRequest, CheckResult } from '../../../src/explainers/contracts/results.ts';
import { ExplainError } from '../../../src/explainers/errors.ts';
import type { RequestOptions } from '../../../src/explainers/protocol/endpoint.ts';
import { checkedSoFar } from '../../../src/extension/findings/checked.ts';
import { Findings } from '../../../src/extension/findings/findings.ts';
import { LabelCheck } from '../../../src/extension/findings/labelCheck.ts';
import { finding, verdict } from './finding.ts';
import { cancel, reports } from './vscode.ts';

vi.mock('vscode', () => import('./vscode.ts'));

let storage: string;
beforeEach(() => {
  storage = mkdtempSync(path.join(tmpdir(), 'saliency-lens-'));
  reports.length = 0;
});
afterEach(() => rmSync(storage, { recursive: true, force: true }));

const folder = { path: '/data/set', kind: 'folder' } as const;
const file = { path: '/data/set/a.json', kind: 'file' } as const;
const result = (keys: readonly string[]): CheckResult => ({
  findings: keys.map((key) => finding(key)),
  images: 6,
  resumed: 0,
  skipped: [{ image: '/data/set/broken.png', reason: 'not an image' }],
  alike: [],
  summary: { classes: [], confused: [], unfit: [] },
  problems: [],
  definitions: {} as CheckResult['definitions'],
  notes: [],
  modelSha256: 'abc',
  settings: {},
});

/** A check whose requests stay open until the test answers them. */
function make() {
  const asked: {
    request: CheckRequest;
    options: RequestOptions;
    answer(value: CheckResult): void;
    fail(e: unknown): void;
  }[] = [];
  const request = (_: string, params: CheckRequest, options: RequestOptions) =>
    new Promise((answer, fail) => {
      options.signal?.addEventListener('abort', () =>
        fail(new ExplainError({ kind: 'cancelled', message: 'Stopped.' })),
      );
      asked.push({ request: params, options, answer, fail });
    });
  const reviewer = { review: vi.fn(), verdicts: vi.fn() };
  const findings = new Findings({ storage, reviewer, minimumScore: () => 0 });
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const log = { debug: write, info: write, warn: write, error: write };
  const check = new LabelCheck({
    client: { request } as never,
    findings,
    log: log as never,
    storage: path.join(storage, 'new'),
    kinds: () => ['swapped', 'doubtful'],
  });
  return { asked, findings, check, lines };
}

const keys = (findings: Findings) => findings.all.map(({ key }) => key);
const asking = (asked: readonly unknown[], number: number) => expect.poll(() => asked).toHaveLength(number);

describe('LabelCheck', () => {
  it('asks for the images of a folder, or for what an annotation file names; each with a journal of its own', async () => {
    const { asked, check } = make();
    for (const [i, target] of [folder, file, folder].entries()) {
      const run = check.run(target, '/data/m.onnx');
      await asking(asked, i + 1);
      asked[i]!.answer(result([]));
      await run;
    }
    const [first, second, third] = asked.map(({ request }) => request);
    expect(first).toMatchObject({
      model: '/data/m.onnx',
      images: ['/data/set'],
      root: '/data',
      kinds: ['swapped', 'doubtful'],
    });
    expect(first).not.toHaveProperty('sources');
    expect(second).toMatchObject({ sources: [{ path: '/data/set/a.json' }] });
    expect(second).not.toHaveProperty('images');
    expect(third).toEqual(first);
    expect(second!.journal).not.toBe(first!.journal);
  });

  it('shows what it has found so far and how far it is, and says what it skipped', async () => {
    const { asked, check, findings, lines } = make();
    const run = check.run(folder, '/data/m.onnx');
    await asking(asked, 1);
    const { onProgress } = asked[0]!.options;
    onProgress!({ stage: 'predict', message: '1 of 6', fraction: 0.25, findings: [finding('early')] });
    expect(keys(findings)).toEqual(['early']);
    expect(findings.checked?.complete).toBe(false);
    onProgress!({ stage: 'predict', message: '3 of 6', fraction: 0.5 });
    expect(reports).toEqual([
      { message: '1 of 6', increment: 25 },
      { message: '3 of 6', increment: 25 },
    ]);
    asked[0]!.answer(result(['a', 'b']));
    await run;
    expect(keys(findings)).toEqual(['a', 'b']);
    expect(findings.checked).toMatchObject({ complete: true, images: 6, skipped: 1, modelSha256: 'abc' });
    expect(lines.join()).toContain('broken.png: not an image');
    expect(check.running).toBeNull();
  });

  it('keeps what it has found when it is stopped, and is not complete', async () => {
    const { asked, check, findings } = make();
    const run = check.run(folder, '/data/m.onnx');
    await asking(asked, 1);
    asked[0]!.options.onProgress!({ stage: 'predict', message: '', fraction: 0.1, findings: [finding('early')] });
    cancel.fire();
    expect(await run).toBeNull();
    await findings.saved();
    expect(findings.checked).toMatchObject({ complete: false, findings: [{ key: 'early' }] });
  });

  it('keeps what it has found when the explainer process ends, and says why', async () => {
    const { asked, check, findings } = make();
    const run = check.run(folder, '/data/m.onnx');
    await asking(asked, 1);
    asked[0]!.options.onProgress!({ stage: 'predict', message: '', fraction: 0.1, findings: [finding('early')] });
    asked[0]!.fail(new ExplainError({ kind: 'engine', message: 'The explainer process crashed.' }));
    await expect(run).rejects.toMatchObject({ kind: 'engine' });
    expect(keys(findings)).toEqual(['early']);
  });

  it('knows the verdicts of what it finds again, before it has come to its end', async () => {
    const { asked, check, findings } = make();
    findings.replace(checkedSoFar(folder, '/data/m.onnx', [finding('a', { verdict: verdict() }), finding('b')]));
    void check.run(folder, '/data/m.onnx');
    await asking(asked, 1);
    const { onProgress } = asked[0]!.options;
    onProgress!({ stage: 'check', message: '', fraction: 0.1, findings: [finding('b')] });
    onProgress!({ stage: 'check', message: '', fraction: 0.2, findings: [finding('a'), finding('b')] });
    expect(findings.all.map((each) => each.verdict?.verdict)).toEqual(['wrong', undefined]);
    check.stop();
  });

  it('gives way to a new run, whose findings take the place of the last ones', async () => {
    const { asked, check, findings } = make();
    const first = check.run(folder, '/data/m.onnx');
    await asking(asked, 1);
    const second = check.run(file, '/data/m.onnx', 'quietly');
    await asking(asked, 2);
    expect(await first).toBeNull();
    asked[0]!.options.onProgress!({ stage: 'predict', message: '', fraction: 1, findings: [finding('late')] });
    expect(keys(findings)).toEqual([]);
    expect(check.running).toBe('quietly');
    asked[1]!.answer(result(['b']));
    await second;
    expect(keys(findings)).toEqual(['b']);
  });
});
