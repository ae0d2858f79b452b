import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ExplainError } from '../../../../src/explainers/errors.ts';
import { readOnnx } from '../../../../src/explainers/importers/onnx/read.ts';
import { canonicalize } from '../../../../src/explainers/ops/canonical/canonicalize.ts';
import { modelBytes, node, tensor, value } from './model.ts';

const models = path.join(import.meta.dirname, '../../../fixtures/models');
const origin = { folder: models, path: 'some.onnx' };
const read = (bytes: Uint8Array) => readOnnx(bytes, origin);

/** Whatever the bytes, we get a graph or a sentence; says which. */
function survives(bytes: Uint8Array): 'graph' | string {
  try {
    canonicalize(read(bytes));
    return 'graph';
  } catch (error) {
    if (error instanceof ExplainError) return error.kind;
    throw error;
  }
}

const SMALL = ['branches', 'quantised', 'old-10', 'functions'] as const;
const bytesOf = (name: string) => new Uint8Array(readFileSync(path.join(models, `${name}.onnx`)));

describe('a damaged file', () => {
  // Without its functions, which come last, the other one is a sound model of operators that nobody knows.
  test.each(SMALL.slice(0, 3))('%s, cut off anywhere, is no model', (name) => {
    const whole = bytesOf(name);
    for (let length = 0; length < whole.length; length++) {
      expect([length, survives(whole.subarray(0, length))]).toEqual([length, 'model']);
    }
    expect(survives(whole)).toBe('graph');
  });

  test.each(SMALL)('%s, with any bit flipped, is read or refused in a sentence', (name) => {
    const whole = bytesOf(name);
    const outcomes = new Set<string>();
    // Not every bit of the larger ones.
    const step = Math.ceil(whole.length / 250);
    for (let i = 0; i < whole.length * 8; i += step) {
      const flipped = whole.slice();
      flipped[i >> 3]! ^= 1 << (i & 7);
      outcomes.add(survives(flipped));
    }
    expect(['graph', 'model', 'unsupported']).toEqual(expect.arrayContaining([...outcomes]));
  });

  test('text, zeros and noise are no model', () => {
    const noise = Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919 + (i >> 3) * 104729) & 255);
    for (const bytes of [
      new TextEncoder().encode('not a model\n'.repeat(100)),
      new Uint8Array(64),
      noise,
      new Uint8Array(),
    ]) {
      expect(() => read(bytes)).toThrow(
        expect.objectContaining({ kind: 'model', message: expect.stringContaining('some.onnx is not an ONNX model') }),
      );
    }
  });
});

describe('a file that promises what it does not hold', () => {
  const refused = (bytes: Uint8Array, message: string) =>
    expect(() => read(bytes)).toThrow(
      expect.objectContaining({ kind: 'model', message: expect.stringContaining(message) }),
    );

  test('a tensor of petabytes', () => {
    refused(modelBytes({ initializer: [tensor({ dims: [2 ** 25, 2 ** 25] })] }), '0 instead of');
    refused(modelBytes({ initializer: [tensor({ dims: [2n ** 62n, 2n ** 62n] })] }), 'impossible shape');
    refused(modelBytes({ initializer: [tensor({ dims: [-2] })] }), 'impossible shape');
  });

  test('too many or too few bytes', () => {
    refused(modelBytes({ initializer: [tensor({ rawData: new Uint8Array(7) })] }), '7 instead of 8');
    refused(modelBytes({ initializer: [tensor({ floatData: [1, 2, 3] })] }), '3 instead of 2');
  });

  test('a graph that does not hold together: everything wrong at once', () => {
    const bytes = modelBytes({
      node: [
        node('Relu', ['a'], ['b'], { name: 'first' }),
        node('Relu', ['x'], ['b'], { name: 'second' }),
        node('Add', ['b', 'z'], ['y']),
      ],
    });
    refused(
      bytes,
      "reads 'a', which nothing computes; value 'b' is computed twice, the second time by node 'second' (Relu); node 'Add_3' (Add) reads 'z'",
    );
  });

  test('a loop', () => {
    const bytes = modelBytes({
      node: [node('Relu', ['b'], ['a']), node('Relu', ['a'], ['b']), node('Add', ['b', 'x'], ['y'])],
    });
    refused(bytes, 'before it is computed');
  });

  test('a constant given twice', () => {
    refused(
      modelBytes({ initializer: [tensor({ rawData: new Uint8Array(8) }), tensor({ rawData: new Uint8Array(8) })] }),
      'defined twice',
    );
  });
});

describe('what a graph cannot hold is refused by name', () => {
  const unsupported = (bytes: Uint8Array, message: string, subject: string) =>
    expect(() => read(bytes)).toThrow(
      expect.objectContaining({ kind: 'unsupported', message: expect.stringContaining(message), subject }),
    );

  test('element types', () => {
    unsupported(
      modelBytes({ initializer: [tensor({ dataType: 22, rawData: new Uint8Array(1) })] }),
      'INT4',
      "tensor 'w'",
    );
    unsupported(modelBytes({ initializer: [tensor({ dataType: 99 })] }), 'type 99', "tensor 'w'");
    unsupported(modelBytes({ input: [value('x', [2], 17)] }), 'FLOAT8E4M3FN', "value 'x'");
  });

  test('opsets before 7', () => unsupported(modelBytes({}, 6), 'opset 6, but only 7 and newer', 'some.onnx'));
});

test('nodes need not be in order', () => {
  const bytes = modelBytes({
    node: [node('Add', ['b', 'w'], ['y'], { name: 'last' }), node('Relu', ['x'], ['b'], { name: 'first' })],
  });
  expect(read(bytes).nodes.map(({ name }) => name)).toEqual(['first', 'last']);
});

test('dimensions of −1 and 0 are unknown, each on its own', () => {
  const graph = read(modelBytes({ input: [value('x', [-1, 0, 3, 'H'])] }));
  expect(graph.types.get('x')!.shape).toEqual(['x.0', 'x.1', 3, 'H']);
});
