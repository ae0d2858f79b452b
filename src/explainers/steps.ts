/** Long work that may be interrupted after each step. The result does not depend on how often it is. */
export type Steps<T> = Generator<void, T>;

/** How many values one step goes through: less than a millisecond's work. */
export const STEP = 65_536;

/** All steps at once. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
