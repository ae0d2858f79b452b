// From what the product gave and how far it is from the framework, what is right in each column.

/** What is right in any case; beyond it, three times the framework's own float noise is. */
const SMALL = 1e-4;
/** Two maps of one layer. */
const SAME_MAP = 0.999;
/** Relevance that adds up to more times its start has to carry a note. */
const CONSERVED = 10;
/** LIME fits a model to its samples, whose last bits differ in batches. */
const SAME_FIT = 1e-3;

export const COLUMNS = ['inspect', 'predict', 'gradient', 'layer', 'lrp', 'lime'];

/** Quantised values have no gradient: what needs one refuses them by name. */
const QUANTISED = /^(u?int8-|qdq|qoperator)/;
const OF_GRADIENTS = new Set(['gradient', 'layer', 'lrp']);

const short = (number) => (number === null || number === undefined ? 'no number' : Number(number).toPrecision(2));
const failed = ({ message, subject, next }) => `${message}${subject ? ` (${subject})` : ''}${next ? ` → ${next}` : ''}`;

const within = ({ error, noise }) => error !== null && error <= Math.max(SMALL, 3 * (noise ?? 0));
const apart = ({ error, noise }) => `differs by ${short(error)}; the framework's own noise is ${short(noise ?? 0)}`;

function predict(_, verdict) {
  return within(verdict) ? null : apart(verdict);
}

function gradient(step, verdict) {
  if (!step.finite) return 'is not finite';
  if (within(verdict)) return null;
  const { differences, noise } = verdict;
  if (!differences) return apart(verdict);
  if (within({ error: differences.ours, noise })) return null;
  return `${apart(verdict)}; from finite differences by ${short(differences.ours)}, the framework's by ${short(differences.theirs)}`;
}

function layer(_, { ours, cosine, specialist, equals }) {
  if (cosine >= SAME_MAP) return null;
  const there = equals ? ` (there ${equals})` : '';
  return `is ${ours}${there}; a specialist would take ${specialist} (cosine of the maps ${short(cosine)})`;
}

function lrp(step, verdict) {
  if (!step.finite) return 'is not finite';
  if (verdict) return within(verdict) ? null : apart(verdict);
  const { conservation } = step.figures;
  const off = conservation !== undefined && Math.abs(conservation) > CONSERVED;
  return off && !step.notes.some((note) => /add up|conserv/.test(note))
    ? `adds up to ${short(conservation)} without a note`
    : null;
}

function lime(step, _, measured) {
  if (!step.finite) return 'is not finite';
  const { limeAlone } = measured;
  if (!limeAlone) return 'ended before it ran image by image';
  if (!limeAlone.ok) return `image by image: ${failed(limeAlone.error)}`;
  return limeAlone.apart <= SAME_FIT ? null : `differs by ${short(limeAlone.apart)} from itself image by image`;
}

const JUDGES = { inspect: () => null, predict, gradient, layer, lrp, lime };
const STEPS = { layer: 'gradCam' };

/**
 * One entry per column: `right`, or why not; `none` where there is nothing to be right about, which is said.
 * @returns {Record<string, { right: true } | { right: false, why: string } | { none: string }>}
 */
export function columns(exporter, { measured, ended }, verdict) {
  return Object.fromEntries(
    COLUMNS.map((column) => {
      const step = measured[STEPS[column] ?? column];
      if (!step) return [column, { right: false, why: ended ?? 'was not reached' }];
      if (!step.ok && OF_GRADIENTS.has(column) && QUANTISED.test(exporter) && step.error.kind === 'unsupported')
        return [column, { none: failed(step.error) }];
      if (!step.ok) return [column, { right: false, why: failed(step.error) }];
      const why = JUDGES[column](step, verdict[column], measured);
      return [column, why === null ? { right: true } : { right: false, why }];
    }),
  );
}
