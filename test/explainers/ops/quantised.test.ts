import { describe, expect, test } from 'vitest';
import { isFused } from '../../../src/explainers/ops/fused.ts';
import { opEntry } from '../../../src/explainers/ops/opTable.ts';

describe('operators of com.microsoft', () => {
  test.each(['QuantizeLinear', 'DequantizeLinear', 'QLinearAdd', 'QGemm', 'MatMulNBits', 'DynamicQuantizeMatMul'])(
    '%s was chosen by a person: no file from before an optimiser has another',
    (op) => expect(isFused({ op, domain: 'com.microsoft' })).toBe(false),
  );

  test.each(['FusedConv', 'Attention', 'SkipLayerNormalization'])('%s is an optimiser’s', (op) =>
    expect(isFused({ op, domain: 'com.microsoft' })).toBe(true),
  );

  test('16-bit integers stand for numbers as those of ai.onnx do, so that layers behind them are found', () => {
    for (const op of ['QuantizeLinear', 'DequantizeLinear']) expect(opEntry(op, 'com.microsoft')).toBe(opEntry(op, ''));
    expect(opEntry('Conv', 'com.microsoft')).toBeUndefined();
  });
});
