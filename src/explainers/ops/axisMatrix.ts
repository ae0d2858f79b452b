import { ExplainError } from '../errors.ts';
import type { Node } from '../graph/graph.ts';

/** Numbers in the largest matrix that a gradient multiplies an axis with: 512 MB in float64, an axis of 8192 places. */
const MOST = 2 ** 26;

/**
 * Makes sure that a matrix from the places of one axis to those of another can be held in memory.
 * @throws ExplainError `memory`
 */
export function checkAxisMatrix({ op, name }: Node, rows: number, columns: number): void {
  if (rows * columns <= MOST) return;
  throw new ExplainError({
    kind: 'memory',
    message: `The gradient of ${op} needs a matrix of ${rows} × ${columns} numbers, more than the ${MOST} that are allowed.`,
    subject: `node '${name}'`,
    next: 'Use a smaller input size, or a method that needs no gradient: occlusion, RISE, LIME, KernelSHAP or PartitionSHAP.',
  });
}
