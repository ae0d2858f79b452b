import type { Size } from '../../contracts/geometry.ts';

/**
 * Connected pieces of equal label become separate segments. Pieces below `smallest` pixels join a segment found at
 * their border; pieces larger than `largest` are cut. In reading order, breadth first (Achanta et al. 2012, section
 * 3.3; the order of scikit-image's `enforce_connectivity`, which decides which segment a small piece joins).
 */
export function connectedSegments(labels: Int32Array, [, width]: Size, smallest: number, largest: number): Int32Array {
  const found = new Int32Array(labels.length).fill(-1);
  const queue = new Int32Array(Math.max(1, largest));
  let current = 0;
  for (let start = 0; start < labels.length; start++) {
    if (labels[start]! < 0 || found[start]! >= 0) continue;
    const label = labels[start]!;
    let adjacent = current;
    found[start] = current;
    queue[0] = start;
    let length = 1;
    for (let visited = 0; visited < length && length < largest; visited++) {
      const at = queue[visited]!;
      const x = at % width;
      const right = x + 1 < width ? at + 1 : -1;
      const left = x > 0 ? at - 1 : -1;
      const below = at + width < labels.length ? at + width : -1;
      for (const next of [right, left, below, at - width]) {
        if (next < 0) continue;
        if (labels[next] === label && found[next] === -1) {
          found[next] = current;
          queue[length++] = next;
          if (length >= largest) break;
        } else if (found[next]! >= 0 && found[next] !== current) {
          adjacent = found[next]!;
        }
      }
    }
    if (length < smallest) for (let i = 0; i < length; i++) found[queue[i]!] = adjacent;
    else current++;
  }
  return found;
}
