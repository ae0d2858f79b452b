/** When the stages of opening a panel were reached, for the log: milliseconds after it was opened. */
export class OpeningStages {
  readonly #openedAt = Date.now();
  readonly #reached = new Map<string, number>();

  /** Notes a stage; of one that is reached again, the first time counts. Returns whether it is the first. */
  reach(stage: string): boolean {
    if (this.#reached.has(stage)) return false;
    this.#reached.set(stage, Date.now() - this.#openedAt);
    return true;
  }

  /** In the order in which they were reached. */
  toString(): string {
    return [...this.#reached].map(([stage, milliseconds]) => `${stage} ${milliseconds}`).join(', ');
  }
}
