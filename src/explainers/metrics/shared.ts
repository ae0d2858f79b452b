import type { AgreementInput } from './metric.ts';

const kept = new WeakMap<AgreementInput, Map<string, unknown>>();

/** Values that several metrics need from the same map and annotation are computed once, and forgotten with them. */
export function once<T>(input: AgreementInput, key: string, compute: () => T): T {
  let known = kept.get(input);
  if (!known) {
    known = new Map();
    kept.set(input, known);
  }
  if (!known.has(key)) known.set(key, compute());
  return known.get(key) as T;
}

/**
 * The same of what options change and is as large as the image: only the last of each kind is kept, as an input may
 * live long.
 */
export function latest<T>(input: AgreementInput, kind: string, key: string, compute: () => T): T {
  const held = once(input, kind, () => ({ key: null as string | null, value: undefined as T | undefined }));
  if (held.key !== key) {
    held.value = compute();
    held.key = key;
  }
  return held.value as T;
}
