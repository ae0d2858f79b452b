import { RandomState } from '../../numerics/randomMt19937.ts';

/** A box of a picture's elements: rows, columns and channels. */
export type Box = readonly [top: number, bottom: number, left: number, right: number, first: number, last: number];

/** Boxes whose elements are kept, as a chain: each link adds one box to the previous ones. */
export interface Kept {
  readonly before: Kept | null;
  readonly box: Box;
}

/**
 * Two halves of a box: rows are halved first if there are at least as many as columns, channels only of a single pixel;
 * null: one element.
 */
export function halves([top, bottom, left, right, first, last]: Box): readonly [Box, Box] | null {
  const [rows, columns, channels] = [bottom - top, right - left, last - first];
  if (rows >= columns && rows > 1) {
    const middle = top + Math.floor(rows / 2);
    return [[top, middle, left, right, first, last], [middle, bottom, left, right, first, last]]; // biome-ignore format: one line
  }
  if (columns > 1) {
    const middle = left + Math.floor(columns / 2);
    return [[top, bottom, left, middle, first, last], [top, bottom, middle, right, first, last]]; // biome-ignore format: one line
  }
  if (channels > 1) {
    const middle = first + Math.floor(channels / 2);
    return [[top, bottom, left, right, first, middle], [top, bottom, left, right, middle, last]]; // biome-ignore format: one line
  }
  return null;
}

/** A box on top of the kept ones: worth `with` − `without` for each class. */
interface Step {
  readonly kept: Kept | null;
  readonly box: Box;
  readonly without: Float64Array;
  readonly with: Float64Array;
  readonly weight: number;
  /**
   * Whether an odd number of the halves next to it and to its enclosing boxes are kept, which is so in half of all
   * contexts.
   */
  readonly odd: boolean;
  readonly priority: number;
  readonly tie: number;
}

/**
 * The credit of each class for each element of a box, evenly; `odd`: for which half of the contexts, see {@link
 * OwenSearch.settle}.
 */
export type Credit = (box: Box, credit: Float64Array, odd: boolean) => void;

/**
 * PartitionSHAP (Owen values over a hierarchy of halved boxes), like shap 0.51's `owen`: the box that is worth most is
 * split next, and each half gets what it adds with the other half and without it. `next` asks for the masks to
 * evaluate, and `take` receives their values; boxes that are not split when the budget ends spread their credit evenly.
 */
export class OwenSearch {
  readonly #queue: Step[] = [];
  readonly #leaves: { readonly box: Box; readonly credit: Float64Array; readonly odd: boolean }[] = [];
  readonly #random: RandomState;
  readonly #budget: number;
  readonly #batch: number;
  #open: readonly { readonly step: Step; readonly parts: readonly [Box, Box] }[] = [];
  #used = 0;

  /**
   * @param none values with nothing kept
   * @param all values of the whole picture
   * @param budget masks to evaluate besides these two
   * @param batch masks requested before the next are chosen
   */
  constructor(
    whole: Box,
    none: Float64Array,
    all: Float64Array,
    { budget, batch, seed }: { readonly budget: number; readonly batch: number; readonly seed: number },
  ) {
    this.#random = new RandomState(seed);
    this.#budget = budget;
    this.#batch = batch;
    this.#push({ kept: null, box: whole, without: none, with: all, weight: 1, odd: false, priority: 0, tie: 0 });
  }

  /** Masks evaluated so far. */
  get used(): number {
    return this.#used;
  }

  /** The masks to evaluate next; none: done. */
  next(): readonly Kept[] {
    const open: { step: Step; parts: readonly [Box, Box] }[] = [];
    while (this.#queue.length > 0 && 2 * open.length < this.#batch && this.#used + 2 * open.length < this.#budget) {
      const step = this.#pop();
      const parts = halves(step.box);
      if (parts) open.push({ step, parts });
      else this.#leaves.push({ box: step.box, credit: creditOf(step), odd: step.odd });
    }
    this.#open = open;
    return open.flatMap(({ step, parts }) => parts.map((box) => ({ before: step.kept, box })));
  }

  /** Values of the masks that {@link next} gave, one array per mask. */
  take(values: readonly Float64Array[]): void {
    this.#used += values.length;
    for (const [i, { step, parts }] of this.#open.entries()) {
      const [left, right] = parts;
      const [onlyLeft, onlyRight] = [values[2 * i]!, values[2 * i + 1]!];
      const weight = step.weight / 2;
      const child = (kept: Kept | null, box: Box, without: Float64Array, withBox: Float64Array, odd: boolean) =>
        this.#push({
          kept,
          box,
          without,
          with: withBox,
          weight,
          odd,
          priority: largest(withBox, without) * weight,
          tie: this.#random.standardNormal(),
        });
      child(step.kept, left, step.without, onlyLeft, step.odd);
      child(step.kept, right, step.without, onlyRight, step.odd);
      child({ before: step.kept, box: right }, left, onlyRight, step.with, !step.odd);
      child({ before: step.kept, box: left }, right, onlyLeft, step.with, !step.odd);
    }
    this.#open = [];
  }

  /**
   * Distributes all credit: of elements, and of boxes that are not split (yet). Every box is evaluated in several
   * contexts. Those in which an odd number of its neighbours is kept, and the others, are two halves that each estimate
   * the same.
   */
  settle(credit: Credit): void {
    for (const { box, credit: own, odd } of this.#leaves) credit(box, own, odd);
    for (const step of this.#queue) credit(step.box, creditOf(step), step.odd);
    for (const { step } of this.#open) credit(step.box, creditOf(step), step.odd);
  }

  #push(step: Step): void {
    const heap = this.#queue;
    let at = heap.push(step) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!sooner(step, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = step;
  }

  #pop(): Step {
    const heap = this.#queue;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && sooner(heap[child + 1]!, heap[child]!)) child++;
      if (!sooner(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

const sooner = (a: Step, b: Step): boolean => a.priority > b.priority || (a.priority === b.priority && a.tie < b.tie);

const creditOf = ({ with: full, without, weight }: Step): Float64Array =>
  full.map((value, k) => (value - without[k]!) * weight);

const largest = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, value, k) => Math.max(most, Math.abs(value - b[k]!)), 0);
