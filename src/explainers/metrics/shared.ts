import type { AgreementInput } from './metric.ts';

const kept = new WeakMap<AgreementInput, Map<string, unknown>>();

/** What several metrics ask of the same map and annotation is computed once, and forgotten with them. */
export function once<T>(input: AgreementInput, key: string, compute: () => T): T {
  let known = kept.get(input);
  if (!known) {
    known = new Map();
    kept.set(input, known);
  }
  if (!known.has(key)) known.set(key, compute());
  return known.get(key) as T;
}
