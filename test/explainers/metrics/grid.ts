import type { AgreementInput } from '../../../src/explainers/metrics/metric.ts';

/** A map and a mask written as rows; `null` is a pixel that the model never saw. */
export function grid(
  map: readonly (readonly (number | null)[])[],
  mask: readonly (readonly number[])[],
): AgreementInput {
  const shape = [map.length, map[0]!.length];
  return {
    map: { dtype: 'float32', shape, data: Float32Array.from(map.flat(), (value) => value ?? Number.NaN) },
    mask: { dtype: 'uint8', shape, data: Uint8Array.from(mask.flat()) },
  };
}

/** The same from flat data: values with nulls, the mask as a text of 0 and 1. */
export function flat(
  size: readonly [number, number],
  values: readonly (number | null)[],
  mask: string,
): AgreementInput {
  return {
    map: { dtype: 'float32', shape: size, data: Float32Array.from(values, (value) => value ?? Number.NaN) },
    mask: { dtype: 'uint8', shape: size, data: Uint8Array.from(mask, Number) },
  };
}
