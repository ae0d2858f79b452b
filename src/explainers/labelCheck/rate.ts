/** Milliseconds of the past that the rate is measured over, and the least of them. */
const WINDOW = 20_000;
const LEAST = 3000;

/** How fast images are checked, and how long the rest will take. */
export class Rate {
  readonly #samples: { readonly time: number; readonly done: number }[] = [];

  /**
   * For the end of a message; empty until it is known.
   * @param time in milliseconds
   * @param done images that the model has run on
   * @param left images that are not checked yet
   */
  at(time: number, done: number, left: number): string {
    const samples = this.#samples;
    samples.push({ time, done });
    while (samples.length > 2 && samples[1]!.time <= time - WINDOW) samples.shift();
    const first = samples[0]!;
    const seconds = (time - first.time) / 1000;
    const rate = (done - first.done) / seconds;
    if (seconds * 1000 < LEAST || !(rate > 0)) return '';
    const shown = rate >= 10 ? rate.toFixed(0) : rate.toFixed(1);
    return `; ${shown} images per second, ${duration(left / rate)} left`;
  }
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
