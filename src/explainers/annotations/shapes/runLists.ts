import { ExplainError } from '../../errors.ts';

/** The most run lengths of one mask: of an image of 16,384 × 16,384, a thousand in each column. */
export const MOST_RUNS = 2 ** 24;

/** Throws `annotation` for a mask with more runs than any region has. */
export function checkCount(runs: number): void {
  if (runs <= MOST_RUNS) return;
  throw new ExplainError({
    kind: 'annotation',
    message: `A mask has more than ${MOST_RUNS.toLocaleString('en')} runs of pixels, so it is noise and not a region.`,
    next: 'Look at the mask in another program, and export it again.',
  });
}

/** The run lengths of several masks that share no pixel, made in one pass over the pixels. */
export class RunLists {
  readonly #pixels: number;
  readonly #lists = new Map<number, { readonly counts: number[]; end: number }>();
  #id = 0;
  #start = 0;
  #runs = 0;

  constructor(pixels: number) {
    this.#pixels = pixels;
  }

  /** From this place on, the pixels are of this mask; 0: of none. */
  begin(id: number, place: number): void {
    this.#close(place);
    [this.#id, this.#start] = [id, place];
  }

  /** The masks that have pixels. */
  all(): Map<number, readonly number[]> {
    this.begin(0, this.#pixels);
    const rest = ({ counts, end }: { counts: number[]; end: number }) =>
      end < this.#pixels ? [...counts, this.#pixels - end] : counts;
    return new Map([...this.#lists].map(([id, list]) => [id, rest(list)]));
  }

  #close(end: number): void {
    if (this.#id === 0 || end === this.#start) return;
    checkCount(++this.#runs);
    const list = this.#lists.get(this.#id) ?? { counts: [], end: 0 };
    this.#lists.set(this.#id, list);
    list.counts.push(this.#start - list.end, end - this.#start);
    list.end = end;
  }
}
