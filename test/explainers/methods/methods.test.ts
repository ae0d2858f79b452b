import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolveParameters } from '../../../src/explainers/method/parameterValues.ts';
import { methods } from '../../../src/explainers/methods/methods.ts';
import { root } from '../../data.ts';

const folder = path.join(root, 'src/explainers/methods');
const declared = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && /= defineMethod\(/.test(readFileSync(path.join(folder, name), 'utf8')))
  .map((name) => path.basename(name, '.ts'));

describe('the table of methods', () => {
  test('holds every method file, under its own id', () => {
    expect([...methods.keys()].sort()).toEqual(declared.sort());
  });

  test('begins with the default', () => {
    expect([...methods.keys()][0]).toBe('gradCam');
  });

  test.each([...methods.values()])('$id tells what it shows, when it misleads and whose numbers it gives', (method) => {
    expect(method.summary).toMatch(/\.$/);
    expect(method.caution).toMatch(/\.$/);
    expect(method.cite.url).toMatch(/^https:/);
    expect(method.cite.reference).toBeTruthy();
    for (const spec of Object.values(method.parameters)) expect(spec.about.length).toBeGreaterThan(10);
  });
});

describe('parameters', () => {
  const gradCam = methods.get('gradCam')!;

  test('later sources win over earlier ones, and all over the defaults', () => {
    expect(resolveParameters(gradCam)).toEqual({ layer: 'auto', target: 'logit', guided: false, relu: true });
    expect(resolveParameters(gradCam, { layer: 'a' }, { layer: 'b' })).toMatchObject({ layer: 'b' });
  });

  test.each([
    [{ leyer: 'x' }, /no parameter 'leyer'. Did you mean 'layer'/],
    [{ layer: 3 }, /gradCam.layer must be a text, not 3/],
    [{ layer: '' }, /must be a text/],
    [{ toString: 'x' }, /no parameter 'toString'/],
  ])('%j is refused', (given, message) => {
    expect(() => resolveParameters(gradCam, given)).toThrow(message);
  });

  test.each([
    ['integer', { kind: 'integer', default: 5, min: 1, max: 9, about: '' }, [1, 9], [0, 10, 1.5, '3', Number.NaN]],
    ['number', { kind: 'number', default: 0.5, min: 0, about: '' }, [0, 1e9], [-1, Infinity, 'x']],
    ['choice', { kind: 'choice', default: 'a', choices: { a: 'A', b: 'B' }, about: '' }, ['a', 'b'], ['c', 1]],
    ['boolean', { kind: 'boolean', default: true, about: '' }, [true, false], ['true', 1]],
  ] as const)('%s', (_, spec, right, wrong) => {
    const method = { ...gradCam, parameters: { it: spec } };
    for (const it of right) expect(resolveParameters(method, { it })).toEqual({ it });
    for (const it of wrong) expect(() => resolveParameters(method, { it })).toThrow(/must be/);
  });
});
