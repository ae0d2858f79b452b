import { describe, expect, it } from 'vitest';
import { byMethod } from '../../src/webview/methods/Presets.tsx';
import { currentPreset } from '../../src/webview/methods/presets.ts';
import type { State } from '../../src/webview/state/state.ts';
import { makeWorld } from './world.ts';

const { scene, state } = makeWorld('survey');
const methods = scene.description.methods;
const model = state.navigation.model!;

function current(preset: string, parameters: State['ui']['parameters'][string]): string {
  const ui = { ...state.ui, presets: { [model]: preset }, parameters: { [model]: parameters } };
  return currentPreset({ ...state, ui }, methods, scene.contents.catalogue.presets);
}

describe('currentPreset', () => {
  it('is the one chosen, whether its values are said or are the defaults anyway', () => {
    expect(current('lime', { lime: { output: 'score' } })).toBe('lime');
    expect(current('shamsul', { lime: { segments: 'quickshift:of=input', output: 'score' } })).toBe('shamsul');
  });

  it('is none where a parameter of its methods differs, and does not mind other methods', () => {
    expect(current('lime', { lime: { output: 'score', samples: 20 } })).toBe('own');
    expect(current('lime', { lime: { output: 'score' }, kernelShap: { samples: 20 } })).toBe('lime');
    expect(current('lime', {})).toBe('defaults');
  });

  it('is not guessed: what happens to be a library’s values is still the user’s', () => {
    expect(current('', { lime: { output: 'score' } })).toBe('own');
    expect(current('', {})).toBe('defaults');
  });
});

describe('byMethod', () => {
  it('begins a part wherever a sentence begins with a method’s name', () => {
    const text = 'As in the study (2023). Grad-CAM: guided (its sum starts at 1). LIME: zeros. With LIME 0.2: more.';
    expect(byMethod(text, ['LIME', 'Grad-CAM', 'RISE'])).toEqual([
      'As in the study (2023).',
      'Grad-CAM: guided (its sum starts at 1).',
      'LIME: zeros. With LIME 0.2: more.',
    ]);
  });
});
