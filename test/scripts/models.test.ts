import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../tidy/files.ts';

type Found = { readonly name: string; readonly set: string };
type Column = { readonly right: boolean; readonly why?: string } | { readonly none: string };

const load = (file: string) => import(path.join(root, 'scripts/models', file));
const { cases, architectures } = (await load('cases.mjs')) as {
  cases: () => string[];
  architectures: () => { readonly size: readonly number[]; readonly exporters: readonly string[] }[];
};
const { State } = (await load('state.mjs')) as {
  State: new (file: string) => { readonly found: ReadonlyMap<string, Found>; add(found: Found): void };
};
const { columns } = (await load('verdicts.mjs')) as {
  columns: (exporter: string, run: object, verdict: object) => Readonly<Record<string, Column>>;
};
const { tables } = (await load('page.mjs')) as {
  tables: (found: ReadonlyMap<string, Found>) => Readonly<Record<string, readonly (readonly string[])[]>>;
};

const ok = { ok: true, finite: true, blank: false, notes: [], figures: {} };
const MEASURED = {
  inspect: ok,
  predict: ok,
  gradient: ok,
  gradCam: ok,
  lrp: ok,
  lime: ok,
  limeAlone: { ok: true, apart: 0 },
};
const VERDICT = {
  predict: { error: 1e-6, noise: null },
  gradient: { error: 1e-6, noise: null },
  layer: { ours: 'x', cosine: 1, specialist: 'layer4', equals: 'layer4' },
};

const judged = (measured: object, verdict: object = VERDICT, exporter = 'legacy', ended: string | null = null) =>
  columns(exporter, { measured: { ...MEASURED, ...measured }, ended }, verdict);

describe('npm run models', () => {
  test('the manifest has about 300 cases, each once', () => {
    expect(cases().length).toBeGreaterThanOrEqual(300);
    expect(new Set(cases()).size).toBe(cases().length);
    for (const { size, exporters } of architectures()) expect([size.length, exporters.length > 0]).toEqual([2, true]);
  });

  test('all is right', () => {
    expect(Object.values(judged({}))).toEqual(Array(6).fill({ right: true }));
  });

  test('three times the noise is right, more is not', () => {
    const apart = (error: number, noise: number) => judged({}, { ...VERDICT, gradient: { error, noise } }).gradient;
    expect(apart(2.9e-3, 1e-3)).toEqual({ right: true });
    expect(apart(3.1e-3, 1e-3)).toMatchObject({ right: false });
    expect(apart(1.1e-4, 1e-6)).toMatchObject({ right: false });
    expect(judged({}, { ...VERDICT, predict: { error: null, noise: null } }).predict).toMatchObject({ right: false });
  });

  test('finite differences decide between two gradients', () => {
    const by = (ours: number, theirs: number) =>
      judged({}, { ...VERDICT, gradient: { error: 1.2, noise: 1e-6, differences: { ours, theirs } } }).gradient;
    expect(by(1e-6, 1.2)).toEqual({ right: true });
    expect(by(1.2, 1e-6)).toMatchObject({ right: false });
  });

  test('another layer, a map that is not finite and a batch that changes LIME are misses', () => {
    expect(judged({}, { ...VERDICT, layer: { ...VERDICT.layer, cosine: 0.9 } }).layer).toMatchObject({ right: false });
    expect(judged({ lrp: { ...ok, finite: false } }).lrp).toMatchObject({ right: false });
    expect(judged({ limeAlone: { ok: true, apart: 0.1 } }).lime).toMatchObject({ right: false });
  });

  test('relevance that explodes has to say so', () => {
    const exploded = { ...ok, figures: { conservation: 1e9 } };
    expect(judged({ lrp: exploded }).lrp).toMatchObject({ right: false });
    expect(judged({ lrp: { ...exploded, notes: ['Relevance is not conserved: …'] } }).lrp).toEqual({ right: true });
    expect(judged({ lrp: exploded }, { ...VERDICT, lrp: { error: 1e-6, noise: null } }).lrp).toEqual({ right: true });
  });

  test('only a quantised file may refuse its gradient, and a step that was not reached is a miss', () => {
    const error = {
      kind: 'unsupported',
      message: 'No gradient is known for QLinearConv.',
      subject: 'm.onnx',
      next: 'Use LIME.',
    };
    const refused = { gradient: { ok: false, error } };
    expect(judged(refused, VERDICT, 'qdq').gradient).toEqual({ none: `${error.message} (m.onnx) → Use LIME.` });
    expect(judged(refused).gradient).toMatchObject({ right: false });
    expect(judged({ lime: undefined }, VERDICT, 'legacy', 'took more than 10 GB of memory').lime).toEqual({
      right: false,
      why: 'took more than 10 GB of memory',
    });
  });

  test('what was measured survives a kill in the middle of a line', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-models-'));
    try {
      const file = path.join(folder, 'state.jsonl');
      new State(file).add({ name: 'timm/a/legacy', set: 'timm' });
      fs.appendFileSync(file, '\n{"name":"timm/b/leg');
      const next = new State(file);
      expect([...next.found.keys()]).toEqual(['timm/a/legacy']);
      next.add({ name: 'timm/b/legacy', set: 'timm' });
      expect([...new State(file).found.keys()]).toEqual(['timm/a/legacy', 'timm/b/legacy']);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  test('what was not run and what could not be exported count as nothing', () => {
    const [first, second, third] = cases() as [string, string, string];
    const entry = (name: string, more: object) => ({ name, set: name.split('/')[0]!, ...more });
    const run = {
      columns: judged({ lime: { ok: false, error: { kind: 'engine', message: 'No.' } } }),
      ms: { a: 1 },
      peak: 1,
    };
    const found = new Map([
      [first, entry(first, run)],
      [second, entry(second, { failed: 'cannot be built' })],
      [third, entry(third, { ...run, invalid: 'ONNX Runtime refused it' })],
    ]);
    const { counts, shares, misses, uncounted } = tables(found);
    const all = counts!.at(-1)!;
    expect(all[1]).toBe('1');
    expect(all.slice(2, 8)).toEqual(['1', '1', '1', '1', '1', '0 of 1']);
    expect(all.slice(-2)).toEqual(['2', String(cases().length - 3)]);
    expect(shares).toEqual(['100.0 %', '100.0 %', '100.0 %', '100.0 %', '100.0 %', '0.0 %']);
    expect(misses).toEqual([[`\`${first}\``, 'lime', 'No.']]);
    expect(uncounted!.length).toBe(2);
  });
});
