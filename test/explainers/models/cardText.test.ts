import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { ExplainError } from '../../../src/explainers/errors.ts';
import { methods } from '../../../src/explainers/methods/methods.ts';
import { modelCardSchema } from '../../../src/explainers/models/card/cardSchema.ts';
import { parseCardText } from '../../../src/explainers/models/card/cardText.ts';

const parse = (text: string) => parseCardText(text, 'a.explain.json');

function mistake(text: string): ExplainError {
  try {
    parse(text);
  } catch (thrown) {
    if (thrown instanceof ExplainError) return thrown;
    throw thrown;
  }
  throw new Error('the card was accepted');
}

/** Every field of the contract's example. */
const COMPLETE = `{
  // comments are allowed
  "model": "densenet121.onnx",
  "task": "multi-label",
  "labels": ["No Finding", "Mass"],
  "input": {
    "size": [224, 224], "resize": "squash", "cropFraction": 0.875, "fill": 114, "antialias": true,
    "interpolation": "bilinear", "channels": "rgb", "scale": 255,
    "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]
  },
  "output": { "name": "logits", "activation": "auto" },
  "thresholds": 0.5,
  "annotations": ["annotations/*.json", { "path": "BBox_List_2017.csv", "format": "nih" }],
  "aliases": { "Airspace Opacity": "Lung Opacity" },
  "explain": { "gradCam": { "layer": "auto" }, "lime": { "samples": 1000 } },
  "inputs": { "age": { "kind": "number", "from": "metadata.csv", "column": "age" } }, // trailing comma
}`;

describe('a model card', () => {
  test('takes every field of the contract', () => {
    expect(parse(COMPLETE).fields.explain?.['lime']).toEqual({ samples: 1000 });
  });

  test('says where a field is', () => {
    expect(parse(COMPLETE).at(['labels'])).toBe('a.explain.json:5:13');
    expect(parse(COMPLETE).at(['input', 'mean', 2])).toBe('a.explain.json:9:28');
    expect(parse(COMPLETE).at(['nothing'])).toBe('a.explain.json:1:1');
  });

  test.each([
    [
      'a typo',
      '{ "model": "a.onnx",\n  "lables": ["x"] }',
      '2:3',
      "There is no field 'lables' here. Did you mean 'labels'?",
    ],
    ['a typo inside', '{ "model": "a.onnx", "input": { "sise": [1, 2] } }', '1:33', "Did you mean 'size'?"],
    [
      'a wrong choice',
      '{ "model": "a", "task": "multilabel" }',
      '1:25',
      "'task' must be one of multi-label, multi-class, not \"multilabel\". Did you mean 'multi-label'?",
    ],
    ['a wrong type', '{ "model": 3 }', '1:12', "'model' must be a string, not 3."],
    ['no model', '{ "task": "multi-class" }', '1:1', "The field 'model' is missing."],
    ['one size', '{ "model": "a", "input": { "size": 224 } }', '1:36', "'input.size' must be an array, not 224."],
    [
      'labels of another kind',
      '{ "model": "a", "labels": 3 }',
      '1:27',
      "'labels' must be an array or a string, not 3.",
    ],
    [
      'a number among the labels',
      '{ "model": "a", "labels": ["x", 3] }',
      '1:33',
      "'labels.1' must be a string, not 3.",
    ],
    ['a threshold above 1', '{ "model": "a", "thresholds": 50 }', '1:31', "'thresholds' must be <= 1."],
    ['std 0', '{ "model": "a", "input": { "std": [1, 0, 1] } }', '1:39', "'input.std.1' must be > 0."],
    ['an unknown method', '{ "model": "a", "explain": { "gradcam": {} } }', '1:30', "Did you mean 'gradCam'?"],
    [
      'an unknown parameter',
      '{ "model": "a", "explain": { "gradCam": { "leyer": "x" } } }',
      '1:43',
      "Did you mean 'layer'?",
    ],
    ['no JSON', '{ "model": "a"\n "task": "x" }', '2:2', 'not valid JSON: comma expected'],
    ['nothing', '', '1:1', 'The model card'],
    ['a list', '[]', '1:1', 'The model card must be an object'],
  ])('%s is named with line and column', (_, text, place, message) => {
    const error = mistake(text);
    expect(error.kind).toBe('card');
    expect(error.subject).toBe(`a.explain.json:${place}`);
    expect(error.message).toContain(message);
    expect(error.next).toBeTruthy();
  });

  test('all mistakes are listed at once', () => {
    const { message } = mistake('{ "model": 3,\n "lables": [],\n "task": "x" }');
    expect(message).toMatch(
      /'model' must be a string.*a\.explain\.json:2:2: There is no field 'lables'.*a\.explain\.json:3:10: 'task'/s,
    );
  });

  test('a field named __proto__ pollutes nothing', () => {
    expect(mistake('{ "model": "a", "__proto__": { "task": "x" } }').message).toContain("'__proto__'");
    expect(({} as Record<string, unknown>)['task']).toBeUndefined();
  });
});

test('the schema is a valid JSON schema: at run time that is not checked again', () => {
  const ajv = new Ajv({ strict: false });
  expect(ajv.validateSchema(modelCardSchema([...methods.values()]))).toBe(true);
});
