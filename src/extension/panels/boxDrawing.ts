import type { FixBox } from '../../explainers/contracts/labels/fix.ts';

/** The box that the user of a panel is drawing: one at a time, and a new one gives up the last. */
export class BoxDrawing {
  #current: { readonly id: number; readonly done: (box: FixBox | null) => void } | null = null;
  #last = 0;

  /**
   * Begins a drawing.
   * @param ready settles when the page can be asked for it, by `show`
   * @returns null: the user has changed their mind
   */
  async begin(ready: Promise<unknown>, show: (id: number) => void): Promise<FixBox | null> {
    this.giveUp();
    const id = (this.#last += 1);
    const drawn = new Promise<FixBox | null>((done) => (this.#current = { id, done }));
    await ready;
    if (this.#current?.id === id) show(id);
    return drawn.finally(() => {
      if (this.#current?.id === id) this.#current = null;
    });
  }

  /** The page's answer; one to an earlier drawing changes nothing. */
  drawn(id: number, box: FixBox | null): void {
    if (this.#current?.id === id) this.#current.done(box);
  }

  giveUp(): void {
    this.#current?.done(null);
  }
}
