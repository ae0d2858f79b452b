// Real models with further inputs against the numbers of their makers: PyTorch in double precision.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Session } from '../../../src/explainers/session.ts';
import { examples, missingData, sharedData } from '../../data.ts';

const session = new Session({ threads: 1 });
afterAll(() => session.dispose());

const logitsOf = async (model: string, image: string, inputs?: Record<string, string>) =>
  (await session.predict({ model, image, ...(inputs && { inputs }) })).scores.map(({ logit }) => logit);

/** The tokens that the makers' vocabulary gives, and their logits. */
const PAIRS: readonly (readonly [image: string, tokens: string, logits: readonly number[]])[] = [
  ['00.png', '[19, 13, 9, 7, 1, 0, 0, 0]', [1.874689, -1.441932, -0.723404, -1.579859]],
  ['01.png', '[11, 4, 18, 12, 8, 9, 19, 0]', [-1.002458, 2.808682, -2.384999, -1.817898]],
  ['02.png', '[4, 13, 10, 8, 11, 14, 0, 0]', [-0.963446, -2.434546, 2.045581, -0.234736]],
  ['03.png', '[15, 6, 10, 12, 14, 17, 2, 19]', [-2.268707, -1.074997, -0.940634, 2.225306]],
  ['04.png', '[8, 11, 9, 3, 0, 0, 0, 0]', [1.602599, -0.775104, -1.152019, -1.834786]],
  ['05.png', '[17, 5, 18, 14, 13, 3, 0, 0]', [-1.345427, 1.987224, -2.295118, -1.418001]],
  ['06.png', '[14, 6, 19, 11, 4, 0, 0, 0]', [-0.818311, -1.972975, 1.708481, -1.943891]],
  ['07.png', '[11, 14, 5, 16, 4, 10, 0, 0]', [-2.541035, 0.370465, -1.605693, 2.570886]],
];

describe('the example of images and sentences', () => {
  const model = path.join(examples, 'image-text/image-text.explain.json');
  const at = (name: string) => path.join(examples, 'image-text', name);

  test.each(PAIRS)('%s', async (name, tokens, expected) => {
    const own = await logitsOf(model, at(name));
    for (const [i, logit] of expected.entries()) expect(own[i]).toBeCloseTo(logit, 4);
    expect(await logitsOf(model, at(name), { tokens })).toEqual(own);
  });

  test('words are found in any case and with punctuation; an unknown word and a long text are reported', async () => {
    const image = at('00.png');
    const own = await logitsOf(model, image);
    expect(await logitsOf(model, image, { tokens: 'Please, in a TRIANGLE red!' })).toEqual(own);
    const wrong = session.predict({ model, image, inputs: { tokens: 'a purple triangle' } });
    await expect(wrong).rejects.toMatchObject({ kind: 'usage', message: expect.stringMatching(/does not know: 'purple'/) }); // biome-ignore format: one line
    const { notes } = await session.predict({ model, image, inputs: { tokens: 'a a a a a a a a red circle' } });
    expect(notes.join()).toMatch(/'tokens': the text has 10 tokens, of which the model takes the first 8/);
  });
});

const CXR = 'multimodal/cxr-nih14-multimodal';
const why = missingData(`${CXR}/model.onnx`);

describe.skipIf(why)('a chest X-ray model with age, sex and view', () => {
  const folder = path.join(sharedData, CXR);
  const model = path.join(folder, 'cxr-nih14-multimodal.explain.json');
  const reference = why ? null : JSON.parse(readFileSync(path.join(folder, 'reference.json'), 'utf8'));

  test.each(Object.keys(reference?.images ?? {}))('image %s', async (i) => {
    const { file, inputs, logits } = reference.images[i];
    const image = path.join(folder, file);
    const { scores, inputs: read = [] } = await session.predict({ model, image });
    expect(Object.fromEntries(read.map(({ name, text }) => [name, Number(text)]))).toEqual(inputs);
    for (const { label, logit } of scores) expect(Math.abs(logit - logits[label])).toBeLessThan(1e-4);
  });
});
