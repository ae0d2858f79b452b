import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type * as vscode from 'vscode';
import { PanelMemory } from '../../../src/extension/panels/panelMemory.ts';

const a = path.resolve('a.png');
const b = path.resolve('b.png');
const model = path.resolve('m.explain.json');

/** The storage of one workspace. */
function storage(): vscode.Memento {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: <T>(key: string) => values.get(key) as T,
    update: async (key, value) => {
      if (value === undefined) values.delete(key);
      else values.set(key, structuredClone(value));
    },
  } as vscode.Memento;
}

describe('a panel after a reload', () => {
  it('shows what it showed, wherever the user opened it', () => {
    const state = storage();
    new PanelMemory(state).keep('k', { images: [a, b], current: 1, model });
    expect(new PanelMemory(state).recall({ version: 1, panel: 'k', ui: {} })).toEqual({
      id: 'k',
      shown: { images: [a, b], current: 1, model },
    });
  });

  it('shows nothing that a page says: no file of a forged state is taken', () => {
    const memory = new PanelMemory(storage());
    memory.keep('k', { images: [a], current: 0, model: null });
    const secret = path.resolve('/etc/passwd');
    const navigation = { images: [secret], current: 0, model: secret };
    expect(memory.recall({ version: 1, navigation, ui: {} })).toBeUndefined();
    expect(memory.recall({ version: 1, panel: 'other', navigation, ui: {} })).toBeUndefined();
    const forged = fc.record({
      panel: fc.constantFrom('k', '__proto__', 'constructor', 'x'),
      navigation: fc.anything(),
    });
    fc.assert(
      fc.property(fc.oneof(forged, fc.anything()), (said) => {
        const recalled = memory.recall(said);
        if (recalled) expect(recalled).toEqual({ id: 'k', shown: { images: [a], current: 0, model: null } });
      }),
    );
  });

  it('is forgotten once it was closed, and belongs to its workspace', () => {
    const memory = new PanelMemory(storage());
    memory.keep('k', { images: [a], current: 0, model: null });
    expect(new PanelMemory(storage()).recall({ panel: 'k' })).toBeUndefined();
    memory.forget('k');
    expect(memory.recall({ panel: 'k' })).toBeUndefined();
  });

  it('is sound or none, whatever an older version stored', () => {
    const images = fc.array(fc.oneof(fc.constantFrom(a, b), fc.anything()), { maxLength: 5 });
    const stored = fc.oneof(fc.anything(), fc.record({ images, current: fc.anything(), model: fc.anything() }));
    fc.assert(
      fc.property(stored, (value) => {
        const shown = new PanelMemory({ get: () => value } as unknown as vscode.Memento).recall({ panel: 'k' })?.shown;
        if (!shown) return;
        expect(shown.images.every((image) => path.isAbsolute(image))).toBe(true);
        expect(shown.images[shown.current]).toBeDefined();
        expect(shown.model === null || path.isAbsolute(shown.model)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('of a walk through a folder is its image alone: the others are looked up again', () => {
    const state = storage();
    const memory = new PanelMemory(state);
    memory.keep('w', { images: [b, a, b], current: 1, model: null, walks: true, pinned: true });
    expect(memory.recall({ panel: 'w' })?.shown).toEqual({
      images: [a],
      current: 0,
      model: null,
      walks: true,
      pinned: true,
    });
  });

  it('is one of the last fifty', () => {
    const state = storage();
    const memory = new PanelMemory(state);
    for (let i = 0; i < 60; i++) memory.keep(`k${i}`, { images: [a], current: 0, model: null });
    expect(state.keys()).toHaveLength(50);
    expect(memory.recall({ panel: 'k59' })).toBeDefined();
  });
});
