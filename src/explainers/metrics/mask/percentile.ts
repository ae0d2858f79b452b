import { floatOfKey, orderedKeys, radixSort } from '../../numerics/radixSort.ts';

/** The value below which `percent` of the values lie, interpolated linearly (NumPy's default); NaN is ignored. */
export function percentileOf(values: Float32Array, percent: number): number {
  const keys = radixSort(orderedKeys(values));
  if (keys.length === 0) return Number.NaN;
  const at = ((keys.length - 1) * percent) / 100;
  const low = floatOfKey(keys[Math.floor(at)]!);
  const high = floatOfKey(keys[Math.ceil(at)]!);
  return low + (high - low) * (at - Math.floor(at));
}
