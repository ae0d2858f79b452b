import { describe, expect, test } from 'vitest';
import { parseSegments } from '../../../src/explainers/images/superpixels/spec.ts';
import { methods } from '../../../src/explainers/methods/methods.ts';
import { resolveParameters } from '../../../src/explainers/methods/parameterValues.ts';
import { PRESETS } from '../../../src/explainers/methods/presets.ts';

describe.each(PRESETS)('preset $id', ({ id, title, about, methods: rows }) => {
  test('has a name of its own and says what it is', () => {
    expect(PRESETS.filter((preset) => preset.id === id || preset.title === title)).toHaveLength(1);
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(about).toMatch(/\.$/);
  });

  test.each(Object.entries(rows))('names what %s has', (method, parameters) => {
    expect(resolveParameters(methods.get(method)!, parameters)).toMatchObject(parameters);
    if (parameters['segments']) expect(parseSegments(String(parameters['segments'])).kind).toBe('segmenter');
  });
});

test('the study’s four methods are in both of its presets', () => {
  for (const id of ['shamsul', 'shamsul-corrected']) {
    const preset = PRESETS.find((each) => each.id === id)!;
    expect(Object.keys(preset.methods).sort()).toEqual(['gradCam', 'kernelShap', 'lime', 'lrp']);
  }
});
