/** State of a pixel while a front moves over a region. */
export const KNOWN = 0;
export const FRONT = 1;
export const INSIDE = 2;

/** Distance of pixels that the front has not reached. */
export const FAR = 1e6;

interface Entry {
  readonly at: number;
  readonly distance: number;
  readonly age: number;
}

/** The pixels of a front, the nearest first; among equally near ones, the oldest. */
export class Front {
  readonly #heap: Entry[] = [];
  #age = 0;

  push(at: number, distance: number): void {
    const heap = this.#heap;
    const entry = { at, distance, age: this.#age++ };
    let i = heap.push(entry) - 1;
    while (i > 0 && before(entry, heap[(i - 1) >> 1]!)) {
      heap[i] = heap[(i - 1) >> 1]!;
      i = (i - 1) >> 1;
    }
    heap[i] = entry;
  }

  /** The nearest pixel; undefined if none is left. */
  pop(): number | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last) return undefined;
    if (heap.length === 0) return first.at;
    let i = 0;
    for (let child = 1; child < heap.length; child = 2 * i + 1) {
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
    return first.at;
  }
}

const before = (a: Entry, b: Entry): boolean => a.distance < b.distance || (a.distance === b.distance && a.age < b.age);

/**
 * The front's arrival at a pixel by the eikonal equation |∇T| = 1 from its neighbours at `a` (above or below) and `b`
 * (left or right), as far as these are reached (Telea 2004, `solve`).
 */
function arrival(distances: Float32Array, states: Uint8Array, a: number, b: number): number {
  const [first, second] = [distances[a]!, distances[b]!];
  const least = Math.min(first, second);
  if (states[a] === INSIDE) return states[b] === INSIDE ? 1 + least : 1 + second;
  if (states[b] === INSIDE) return 1 + first;
  const apart = first - second;
  if (Math.abs(apart) >= 1) return 1 + least;
  return (first + second + Math.sqrt(2 - apart * apart)) * 0.5;
}

/** The least of the arrivals from the four corners between neighbours. */
export function nearestArrival(distances: Float32Array, states: Uint8Array, at: number, width: number): number {
  return Math.min(
    arrival(distances, states, at - width, at - 1),
    arrival(distances, states, at + width, at - 1),
    arrival(distances, states, at - width, at + 1),
    arrival(distances, states, at + width, at + 1),
  );
}

/** Gives every pixel inside its distance from the front, which starts where `states` says FRONT. */
export function march(distances: Float32Array, states: Uint8Array, width: number, height: number, front: Front): void {
  for (let at = front.pop(); at !== undefined; at = front.pop()) {
    states[at] = KNOWN;
    for (const next of [at - width, at - 1, at + width, at + 1]) {
      const [y, x] = [Math.floor(next / width), next % width];
      if (y < 1 || x < 1 || y >= height - 1 || x >= width - 1 || states[next] !== INSIDE) continue;
      distances[next] = nearestArrival(distances, states, next, width);
      states[next] = FRONT;
      front.push(next, distances[next]!);
    }
  }
}
