import type { Steps } from '../../explainers/steps.ts';

/** Milliseconds of one slice: what is left of a frame is enough to answer a person. */
const SLICE = 5;
/** Milliseconds without a motion. */
const QUIET = 400;

let lastMotion = -Infinity;
for (const motion of ['pointermove', 'wheel'])
  window.addEventListener(motion, noteMotion, { capture: true, passive: true });

/** A slider that is moved waits for what it changes; a picture that is moved does not. */
function noteMotion({ target }: Event): void {
  if (!(target instanceof HTMLInputElement)) lastMotion = performance.now();
}

/**
 * Does long work in short tasks, once the requested painting is on the screen.
 * @param patient and only while nothing is moved
 * @param run gets the result
 * @returns cancels it
 */
export function inSlices<T>(steps: Steps<T>, patient: boolean, run: (result: T) => void): () => void {
  const { port1, port2 } = new MessageChannel();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const slice = () => {
    const start = performance.now();
    const left = lastMotion + QUIET - start;
    if (patient && left > 0) {
      timer = setTimeout(slice, left);
      return;
    }
    do {
      const step = steps.next();
      if (step.done) {
        port1.close();
        run(step.value);
        return;
      }
    } while (performance.now() - start < SLICE);
    // Sooner than a timer, which waits for 4 ms.
    port2.postMessage(null);
  };
  port1.onmessage = slice;
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(slice, 0);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    port1.close();
  };
}
