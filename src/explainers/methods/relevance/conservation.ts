import { errorReport } from '../../errors.ts';
import { COMPOSITES, type Composite } from '../../lrp/composite.ts';

// The purpose of LRP: the relevance of the pixels adds up to the initial relevance, except for the parts that biases
// and stabilisers keep. If a rule divides by sums that cancel, as ε does in token mixers, the relevance does not add
// up, and the map shows its denominators.

/** A map may add up to this many times the initial relevance, of either sign; the largest of our sound maps is at 8. */
const CONSERVED = 10;
/** The same for its values without their signs; ε of a deep network goes up to about 10⁴. */
const AMOUNT = 1e6;

/** How a map's values compare with the initial relevance. */
export interface Conservation {
  /** Their sum, relative to the start; NaN if a value is not finite. */
  readonly share: number;
  /** The sum of their magnitudes, relative to the start. */
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

/** The result of another composite on this model. */
export interface Trial {
  readonly composite: Composite;
  readonly found: Conservation;
}

/** The composites to try in place of one that explodes, the most promising first. */
const INSTEAD = ['attnLrp', 'epsilonPlusFlat', 'epsilonGammaBox'] as const;

/**
 * The first other composite whose relevance is conserved, for one class: at most three are tried; null if none is.
 * @param run the relevance by a composite, and its initial value
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

/** The note for a map that is not conserved, and what to do instead. */
export function explosionNote({ share, amount }: Conservation, trial: Trial | null): string {
  const much = Number.isFinite(share)
    ? Math.abs(share) > CONSERVED
      ? `it adds up to ${share.toPrecision(2)} times the initial relevance, but at most ${CONSERVED} times is sound`
      : `its values have ${amount.toPrecision(2)} times the magnitude of the initial relevance, but at most ${AMOUNT.toPrecision(1)} times is sound`
    : 'it is not finite';
  return `Relevance is not conserved: ${much}. The map shows where this composite divides by sums near 0, not how the class’s score is composed. ${adviceOf(trial)}`;
}

/** What to do in place of a composite that explodes. */
export const adviceOf = (trial: Trial | null): string =>
  trial
    ? `Choose composite ${trial.composite.title} (lrp.composite=${trial.composite.id}), which adds up to ${trial.found.share.toPrecision(2)} times on this model.`
    : 'The other composites that were tried are not conserved either. Use another method, such as integrated gradients.';
