import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/explainers/contracts/results.ts';
import { withContents, withFindings, withFocus } from '../../src/webview/state/changes.ts';
import { initialState, persistedState } from '../../src/webview/state/persisted.ts';
import { INITIAL_UI } from '../../src/webview/state/ui.ts';
import { makeScene } from './page/scene.ts';

const { contents } = makeScene('chest');

describe('state', () => {
  it('survives a reload', () => {
    const before = withContents(initialState(undefined), contents);
    const changed = {
      ...before,
      navigation: { ...before.navigation, current: 2, chosen: 7 },
      ui: { ...before.ui, methods: ['gradient'], opacity: 0.25 },
    };
    const after = initialState(structuredClone(persistedState(changed)));
    expect(persistedState(changed).panel).toBe(contents.panel);
    expect(after.navigation).toEqual({ ...changed.navigation, images: [] });
    expect(after.ui).toEqual(changed.ui);
    expect(after.resource.contents).toBeNull();
    const shown = withContents(after, { ...contents, current: 2 });
    expect(shown.navigation).toMatchObject({ current: 2, chosen: 7 });
  });

  it('stores no picture and no name of an image', () => {
    const shown = withContents(initialState(undefined), contents);
    const stored = JSON.stringify(
      persistedState({ ...shown, navigation: { ...shown.navigation, current: 2, chosen: 7 } }),
    );
    for (const image of contents.images) expect(stored).not.toContain(path.basename(image));
    expect(stored.length).toBeLessThan(4000);
  });

  it.each([undefined, null, 'text', 7, {}, { version: 2, navigation: {}, ui: {} }, []])(
    'starts afresh from %j',
    (value) => {
      expect(initialState(value).ui).toEqual(INITIAL_UI);
    },
  );

  it('gives what a later version added its default', () => {
    expect(initialState({ version: 1, navigation: {}, ui: { opacity: 0.1 } }).ui).toEqual({
      ...INITIAL_UI,
      opacity: 0.1,
    });
  });

  it('forgets the class with the model, and keeps it without', () => {
    const state = withContents(initialState(undefined), contents);
    const chosen = { ...state, navigation: { ...state.navigation, chosen: 3 } };
    expect(withContents(chosen, { ...contents, current: 1 }).navigation.chosen).toBe(3);
    expect(withContents(chosen, { ...contents, model: '/other.onnx' }).navigation.chosen).toBeNull();
  });

  it('stays inside the set', () => {
    expect(withContents(initialState(undefined), { ...contents, current: 99 }).navigation.current).toBe(2);
    expect(withContents(initialState(undefined), { ...contents, images: [], current: 3 }).navigation.current).toBe(0);
  });

  it('goes to the image and the class of a finding, when it opens from one and later', () => {
    const [, second, third] = contents.images as [string, string, string];
    const focus = { image: third, index: 4, finding: 'k' };
    const opened = withContents(initialState(undefined), { ...contents, focus });
    expect(opened.navigation).toMatchObject({ current: 2, chosen: 4 });
    const later = withFocus(opened, { image: second, index: 5, finding: 'l' });
    expect(later.navigation).toMatchObject({ current: 1, chosen: 5 });
    expect(withFocus(later, { image: '/elsewhere.png', index: 1, finding: 'm' })).toBe(later);
  });

  it('takes the findings of the image shown, and no others', () => {
    const state = withContents(initialState(undefined), contents);
    const finding = { key: 'k', image: contents.images[0] } as Finding;
    const told = withFindings(state, { image: contents.images[0]!, findings: [finding] });
    expect(told.resource.contents?.findings).toEqual([finding]);
    expect(withFindings(told, { image: contents.images[1]!, findings: [] })).toBe(told);
  });
});
