import { errorReport } from '../../errors.ts';
import { COMPOSITES, type Composite } from '../../lrp/composite.ts';

// What LRP is for: the relevance of the pixels adds up to what it started from, but for what biases and stabilisers keep. Where a rule
// divides by sums that cancel, as ε does in token mixers, it does not, and the map shows its denominators.

/** A map may add up to this many times the relevance that it started from, of either sign; the largest of sound maps of ours is 8. */
export const CONSERVED = 10;
/** The same of its values without their signs: ε of a deep network goes up to some 10⁴. */
export const AMOUNT = 1e6;

/** How a map's values compare with the relevance that was handed back. */
export interface Conservation {
  /** Their sum, of the start; NaN where a value is no finite number. */
  readonly share: number;
  /** The sum of their sizes, of the start. */
  readonly amount: number;
}

export function conservationOf(values: Float32Array, start: number): Conservation {
  let [sum, amount] = [0, 0];
  for (const value of values) {
    sum += value;
    amount += Math.abs(value);
  }
  return { share: sum / start, amount: amount / Math.abs(start) };
}

export const isConserved = ({ share, amount }: Conservation): boolean =>
  Math.abs(share) <= CONSERVED && amount <= AMOUNT;

/** What another composite gives on this model. */
export interface Trial {
  readonly composite: Composite;
  readonly found: Conservation;
}

/** The composites to try in place of one that explodes, the likeliest first. */
const INSTEAD = ['attnLrp', 'epsilonPlusFlat', 'epsilonGammaBox'] as const;

/**
 * The first other composite whose relevance is conserved, for one class: at most three are tried; null where none is.
 * @param run the relevance by a composite, and what it starts from
 */
export async function conserving(
  instead: Composite,
  run: (composite: Composite) => Promise<Conservation>,
): Promise<Trial | null> {
  for (const id of INSTEAD) {
    const composite = COMPOSITES.find((each) => each.id === id)!;
    if (id === instead.id) continue;
    try {
      const found = await run(composite);
      if (isConserved(found)) return { composite, found };
    } catch (thrown) {
      if (errorReport(thrown).kind === 'cancelled') throw thrown;
    }
  }
  return null;
}

/** How a map that is not conserved is told, and what to do instead. */
export function explosionNote({ share, amount }: Conservation, trial: Trial | null): string {
  const much = Number.isFinite(share)
    ? Math.abs(share) > CONSERVED
      ? `it adds up to ${share.toPrecision(2)} times the relevance that it started from, where at most ${CONSERVED} times is sound`
      : `its values have ${amount.toPrecision(2)} times the size of the relevance that they started from, where at most ${AMOUNT.toPrecision(1)} times is sound`
    : 'it is no finite number';
  return `Relevance is not conserved: ${much}. The map shows where this composite divides by sums near 0, not what the class is made of. ${adviceOf(trial)}`;
}

/** What to do in place of a composite that explodes. */
export const adviceOf = (trial: Trial | null): string =>
  trial
    ? `Choose composite ${trial.composite.title} (lrp.composite=${trial.composite.id}): tried on this model, it adds up to ${trial.found.share.toPrecision(2)} times.`
    : 'The other composites that were tried are not conserved either: use another method, such as integrated gradients.';
