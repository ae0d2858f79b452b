/** Long work that may be interrupted after each step. The result does not depend on how often it is. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** How many values one step goes through: less than a millisecond's work. */
export const STEP = 65_536;

/** The result of all steps, one right after the other. */
export function finished<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
