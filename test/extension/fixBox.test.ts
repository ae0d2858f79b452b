import { describe, expect, it, vi } from 'vitest';
import type { ImageAnnotation } from '../../src/explainers/contracts/results.ts';
import { boxNow } from '../../src/extension/fixes/boxNow.ts';

vi.mock('vscode', () => ({}));

// The box with which the drawing of a fix begins: that of the finding's own label, not another of its class.

const FINDING = { file: '/a.json', line: 12, index: 2, annotationId: '7' };
const drawn = (change: Partial<ImageAnnotation>): ImageAnnotation => ({
  index: 2,
  label: 'Effusion',
  shape: { kind: 'box', x: 1, y: 2, width: 3, height: 4 },
  file: '/a.json',
  format: 'coco',
  line: 12,
  ...change,
});
const outline = { kind: 'polygon', rings: [[10, 20, 40.5, 20, 40.5, 60, 10, 60]] } as const;

describe('the box of a label as it is', () => {
  it('is that of its id, else of its line', () => {
    const own = drawn({ id: '7', shape: outline });
    const others = [drawn({ id: '6' }), drawn({ id: '7', file: '/b.json' }), drawn({ id: '7', index: 3 })];
    expect(boxNow(FINDING, { annotations: [...others, own] })).toEqual({ x: 10, y: 20, width: 30.5, height: 40 });
    const unnamed = { ...FINDING, annotationId: 'box 1 2 3 4' };
    const lines = [drawn({ line: 11, shape: outline }), drawn({})];
    expect(boxNow(unnamed, { annotations: lines })).toEqual({ x: 1, y: 2, width: 3, height: 4 });
  });

  it('is unknown where nothing is drawn for it', () => {
    expect(boxNow(FINDING, { annotations: [drawn({ shape: null }), drawn({ line: 13, id: '8' })] })).toBeNull();
    const missing = { ...FINDING, line: null, annotationId: null };
    expect(boxNow(missing, { annotations: [drawn({ line: undefined as never })] })).toBeNull();
  });
});
