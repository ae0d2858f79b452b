import type { Graph } from '../graph/graph.ts';
import { opEntry } from '../ops/opTable.ts';
import type { Composite } from './composite.ts';

/** What people must know about the normalisations in a map: how many there are and which rule each kind got. */
export function normNotes(graph: Graph, composite: Composite): readonly string[] {
  const norms = graph.nodes.flatMap((node) => {
    const entry = opEntry(node.op, node.domain);
    return entry?.role === 'norm' ? [entry] : [];
  });
  const fixed = norms.filter((entry) => !entry.frozen).length;
  const own = norms.length - fixed;
  const notes: string[] = [];
  if (fixed > 0) {
    notes.push(
      `${counted(fixed, 'batch normalisation')} could not be merged into a convolution; relevance is shared in proportion to scale · input, and the shift keeps its part, as a bias does.`,
    );
  }
  if (own > 0) {
    notes.push(
      composite.form === 'gradient'
        ? `${counted(own, 'normalisation')} by the image’s own statistics; the spread counts as a constant, the mean does not.`
        : `${counted(own, 'normalisation')} by the image’s own statistics; relevance passes unchanged.`,
    );
  }
  return notes;
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
