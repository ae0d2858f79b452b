/** A pixel waiting to be flooded. */
export interface Flooding {
  readonly value: number;
  readonly age: number;
  readonly index: number;
  readonly source: number;
}

/**
 * A binary heap, lowest value first, then lowest age. Items that are equal in both come out in the order of the
 * textbook heap (sift up on push; on pop the last item sifts down past the smaller child, the left one if they are
 * equal), on which segments depend.
 */
export class FloodQueue {
  readonly #items: Flooding[] = [];

  get length(): number {
    return this.#items.length;
  }

  push(value: number, age: number, index: number, source: number): void {
    const items = this.#items;
    const item = { value, age, index, source };
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(item, items[parent]!)) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = item;
  }

  /** The first item; the queue must not be empty. */
  pop(): Flooding {
    const items = this.#items;
    const top = items[0]!;
    const item = items.pop()!;
    const length = items.length;
    if (length === 0) return top;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= length) break;
      const right = left + 1;
      const child = right < length && before(items[right]!, items[left]!) ? right : left;
      if (!before(items[child]!, item)) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = item;
    return top;
  }
}

function before(a: Flooding, b: Flooding): boolean {
  return a.value !== b.value ? a.value < b.value : a.age < b.age;
}
