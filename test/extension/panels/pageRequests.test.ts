import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { ExplainError } from '../../../src/explainers/errors.ts';
import type { HostRequests } from '../../../src/explainers/protocol/messages.ts';
import { askedBy, factsOf } from '../../../src/explainers/protocol/requests.ts';
import { checkRequest, guarded, type Shown } from '../../../src/extension/panels/pageRequests.ts';

vi.mock('vscode', () => ({}));

const [image, model] = ['/data/a.png', '/data/m/net.explain.json'];
const shown: Shown = {
  images: [image, '/data/b.png'],
  models: new Set([model]),
  folders: ['/data', '/data/m'],
  files: new Set(['/elsewhere/boxes.json']),
};
const map = { id: 'a1b2_3', method: 'lime', index: 4, parameters: { samples: 10 } };
const pair = { image, model };
const explain = {
  ...pair,
  method: 'lime',
  classes: [4, 5],
  parameters: { samples: 10, segments: 'slic:segments=50', on: true },
};

/** Requests as the page makes them. */
const VALID: { readonly [K in keyof HostRequests]?: readonly unknown[] } = {
  ...Object.fromEntries(
    askedBy('page').map((method) => [
      method,
      [Object.fromEntries((factsOf(method).names ?? []).map((field) => [field, pair[field]]))],
    ]),
  ),
  ready: [{}],
  explain: [explain, { ...explain, parameters: { segments: 'own.npy' } }, { ...pair, method: 'gradCam', classes: [] }],
  agreement: [
    {
      ...pair,
      maps: [map, { ...map, stoppedAt: 0.4 }],
      options: { threshold: { kind: 'fixed', value: 0.3 }, tolerance: 15 },
      metrics: ['iou'],
    },
    { ...pair, maps: [], options: { threshold: { kind: 'otsu' }, evidence: 'absolute' } },
  ],
  assess: [{ ...explain, metrics: ['deletion'], maps: [map.id] }],
  compareMethods: [{ ...pair, index: 4, methods: [{ id: 'lime', parameters: {} }, { id: 'lrp' }], maps: [map.id] }],
  sourceShares: [{ ...pair, classes: [4], methods: [{ id: 'occlusion', parameters: {} }], against: 'rest' }],
  withoutRegion: [
    { ...pair, index: 4, region: { kind: 'box', x: 1, y: 2, width: 3, height: 4 }, hide: 'inpaint', alone: true },
    { ...pair, index: 4, region: { kind: 'mask', map, options: { threshold: { kind: 'fixed', value: 0.5 } } } },
  ],
  inputSweep: [{ ...pair, name: 'age' }],
  chooseModel: [{}],
  writeCard: [{ model }],
  openFile: [{ path: '/data/x/labels.txt', line: 3 }, { path: model }, { path: '/elsewhere/boxes.json' }],
  openMethodPage: [{ method: 'lrp' }],
  restartExplainer: [{}],
  grantTrust: [{}],
  review: [{ finding: { file: '/data/a.json', key: 'k', score: 1 }, verdict: 'wrong', note: '' }],
  triage: [{ action: 'right' }, { action: 'takeBack' }],
  fixLabel: [
    { finding: { file: '/data/a.json', key: 'k', score: 1 }, change: null },
    { finding: { file: '/data/a.json', key: 'k' }, change: { kind: 'move', box: { x: 1, y: 2, width: 3, height: 4 } } },
    { finding: { file: '/data/a.json', key: 'k' }, change: { kind: 'add', label: 'cat', box: null } },
  ],
  drawn: [
    { id: 1, box: { x: 1, y: 2, width: 3, height: 4 } },
    { id: 1, box: null },
  ],
};
const METHODS = Object.keys(VALID) as (keyof HostRequests)[];

/** Requests that no page of ours makes. */
const ODD: readonly (readonly [keyof HostRequests, unknown])[] = [
  ['display', { image: '/etc/passwd' }],
  ['display', { image: '/data/../etc/passwd' }],
  ['display', { image: ['/data/a.png'] }],
  ['display', {}],
  ['display', null],
  ['display', 'x'],
  ['describe', { model: '/elsewhere/other.onnx' }],
  ['predict', { image, model: null }],
  ['annotations', { ...pair, sources: [{ path: '/**/*.json' }] }],
  ['explain', { ...explain, classes: Array.from({ length: 100_000 }, (_, i) => i) }],
  ['explain', { ...explain, classes: [Number.NaN] }],
  ['explain', { ...explain, classes: [-1] }],
  ['explain', { ...explain, classes: [1.5] }],
  ['explain', { ...explain, classes: new Array(3) }],
  ['explain', { ...explain, classes: 'all' }],
  ['explain', { ...explain, method: '../../x' }],
  ['explain', { ...explain, method: '__proto__ ' }],
  ['explain', { ...explain, parameters: { samples: {} } }],
  ['explain', { ...explain, parameters: { samples: Number.POSITIVE_INFINITY } }],
  ['explain', { ...explain, parameters: { segments: '/etc/shadow.png' } }],
  ['explain', { ...explain, parameters: { segments: '../../other/x.npy ' } }],
  ['explain', { ...explain, parameters: { segments: 'x'.repeat(1e6) } }],
  ['explain', { ...explain, more: 1 }],
  ['agreement', { ...pair, maps: [{ ...map, values: new Float32Array(6) }] }],
  ['agreement', { ...pair, maps: [{ ...map, id: '../../x' }] }],
  ['agreement', { ...pair, maps: [{ ...map, id: 'x'.repeat(1e6) }] }],
  ['agreement', { ...pair, maps: [{ ...map, stoppedAt: 2 }] }],
  ['agreement', { ...pair, maps: [{ ...map, parameters: { segments: '/etc/shadow.png' } }] }],
  ['agreement', { ...pair, maps: Array(3000).fill(map) }],
  ['assess', { ...explain, metrics: ['deletion'], maps: [map] }],
  ['agreement', { ...pair, maps: [map], options: { threshold: { kind: 'fixed', value: 'NaN' } } }],
  ['agreement', { ...pair, maps: [null] }],
  ['compareMethods', { ...pair, index: 4, methods: Array(1000).fill({ id: 'lime' }) }],
  ['sourceShares', { ...pair, classes: [4], methods: ['occlusion'] }],
  ['explain', { ...explain, against: 'all' }],
  ['withoutRegion', { ...pair, index: 4, region: { kind: 'box', x: 1 } }],
  ['inputSweep', { ...pair, name: 4 }],
  ['openFile', { path: '/etc/passwd' }],
  ['openFile', { path: '/data/../etc/passwd' }],
  ['openFile', { path: 'relative' }],
  ['openFile', { path: '/data/a.png', line: -1 }],
  ['openFile', { path: '/data/a.png', line: 'x' }],
  ['openMethodPage', { method: '../../../etc' }],
  ['writeCard', { model: '/data/other.onnx' }],
  ['review', { finding: null, verdict: 'wrong', note: '' }],
  ['triage', { action: 'open' }],
  ['fixLabel', { finding: { file: 'x', key: 'k' }, change: { kind: 'remove', box: null } }],
  ['fixLabel', { finding: { file: 'x', key: 'k' }, change: { kind: 'move', box: { x: 1, y: 2, width: 3 } } }],
  ['drawn', { id: 1, box: { x: 1, y: 2, width: 3 } }],
  ['review', { finding: { file: 'x', key: 'k' }, verdict: 'maybe', note: '' }],
  ['review', { finding: { file: 'x', key: 'k' }, verdict: 'wrong', note: 'x'.repeat(1e5) }],
];

const refused = (method: keyof HostRequests, params: unknown) => {
  try {
    checkRequest(method, params, shown);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ExplainError);
    expect(thrown).toMatchObject({ kind: 'usage', subject: expect.any(String), next: expect.stringMatching(/[.)]$/) });
    return true;
  }
  return false;
};

describe('the requests of a page', () => {
  it.each(METHODS)('%s is passed as the page makes it', (method) => {
    for (const params of VALID[method]!) expect(refused(method, params), JSON.stringify(params)).toBe(false);
  });

  it.each(ODD)('%s of something odd is refused', (method, params) => {
    expect(refused(method, params)).toBe(true);
  });

  it.skipIf(process.platform === 'win32')('name files by their real places, all links resolved', () => {
    const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'page-requests-')));
    const at = (...steps: string[]) => path.join(root, ...steps);
    mkdirSync(at('data', 'models'), { recursive: true });
    mkdirSync(at('private'));
    writeFileSync(at('private', 'segments.npy'), 'private');
    writeFileSync(at('data', 'segments.npy'), 'own');
    symlinkSync(at('private'), at('data', 'folder'));
    symlinkSync(at('private', 'segments.npy'), at('data', 'models', 'link.npy'));
    symlinkSync(at('data', 'segments.npy'), at('data', 'models', 'inner.npy'));
    const here: Shown = {
      images: [],
      models: new Set([at('data', 'models', 'net.onnx')]),
      folders: [at('data')],
      files: new Set(),
    };
    const model = at('data', 'models', 'net.onnx');
    const compare = (segments: string) =>
      checkRequest('compareMethods', { ...pair, image: at('data', 'a.png'), model, index: 0, methods: [{ id: 'lime', parameters: { segments } }] }, { ...here, images: [at('data', 'a.png')] }); // biome-ignore format: one line
    const open = (file: string) => checkRequest('openFile', { path: file }, here);
    try {
      for (const fine of ['inner.npy', '../segments.npy', 'missing.npy']) expect(() => compare(fine)).not.toThrow();
      for (const out of [
        'link.npy',
        '../folder/segments.npy',
        '../../private/segments.npy ',
        '/etc/x.NPY',
        '//host/share/x.npy',
      ])
        expect(() => compare(out), out).toThrow(
          expect.objectContaining({ kind: 'usage', subject: expect.stringMatching(/npy$/i), next: expect.any(String) }),
        );
      expect(() => open(at('data', 'segments.npy'))).not.toThrow();
      for (const out of [at('data', 'models', 'link.npy'), at('data', 'folder', 'segments.npy')])
        expect(() => open(out), out).toThrow(ExplainError);
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('never throw anything else, whatever they hold', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...METHODS),
        fc.anything({ withTypedArray: true, withSparseArray: true }),
        (method, params) => {
          const passed = !refused(method, params);
          // Only what asks for nothing can come about by accident.
          if (passed) expect(Object.keys(params as object)).toEqual([]);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('are refused with any one field of another kind, or one more', () => {
    // Lists of classes and of ids may come about by accident.
    const proper = (value: unknown) =>
      Array.isArray(value) && value.every((each) => Number.isInteger(each) || /^\w+$/.test(String(each)));
    const odd = fc.oneof(fc.string(), fc.double(), fc.constant(null), fc.array(fc.anything()), fc.object());
    const anyValid = fc.constantFrom(
      ...METHODS.flatMap((method) => VALID[method]!.map((params) => [method, params] as const)),
    );
    fc.assert(
      fc.property(anyValid, odd, ([method, params], value) => {
        expect(refused(method, { ...(params as object), another: value })).toBe(true);
        for (const key of ['image', 'model', 'path', 'finding', 'maps', 'classes'])
          if (key in (params as object) && !proper(value))
            expect(refused(method, { ...(params as object), [key]: value }), key).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('reach no handler where they are refused', async () => {
    const answer = vi.fn(() => 'answer');
    const handlers = guarded({ display: answer }, (method, params) => checkRequest(method, params, shown));
    expect(() => (handlers.display as (params: unknown) => unknown)({ image: '/etc/passwd' })).toThrow(ExplainError);
    expect(answer).not.toHaveBeenCalled();
    expect((handlers.display as (params: unknown) => unknown)({ image })).toBe('answer');
  });
});
