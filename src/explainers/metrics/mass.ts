import type { Measured } from '../contracts/measured.ts';
import type { AgreementOptions } from '../contracts/results.ts';
import { comparable } from './evidence.ts';
import type { AgreementInput } from './metric.ts';
import { REASONS, undefinedBecause } from './reasons.ts';
import { once } from './shared.ts';

/** Σ evidence inside the mask / Σ evidence. */
export function massInside(input: AgreementInput, options: AgreementOptions = {}): Measured {
  return once(input, `mass ${options.evidence}`, () => measureMass(input, options));
}

function measureMass(input: AgreementInput, options: AgreementOptions): Measured {
  const evidence = comparable(input, options);
  if ('reason' in evidence) return undefinedBecause(evidence.reason);
  if (options.evidence === 'signed') return undefinedBecause(REASONS.signed);
  const { values, mask, max } = evidence;
  let inside = 0;
  let outside = 0;
  for (let i = 0; i < values.length; i++) {
    // Divided first, because sums of denormals would lose their digits.
    const value = values[i]! / max;
    if (Number.isNaN(value)) continue;
    if (mask[i]) inside += value;
    else outside += value;
  }
  return { value: inside / (inside + outside) };
}
