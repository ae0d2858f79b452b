import type { Call } from '../../contracts/call.ts';
import type { Progress } from '../../contracts/results.ts';
import { ExplainError, throwIfCancelled } from '../../errors.ts';
import type { ExplainContext } from '../../method/method.ts';

type Compiled = ExplainContext['compiled'];

/** How often a request reports that a graph is still being compiled, in milliseconds. */
const BEAT = 500;

/**
 * The same as `compiled`, for one request: if compiling takes long, it is reported, and a cancel ends the wait. The
 * graph itself is still finished, and available to the next request.
 */
export function patientCompile(compiled: Compiled, { signal, onProgress }: Call, stage: Progress['stage']): Compiled {
  return async (key, make, options) => {
    throwIfCancelled(signal);
    let size = 0;
    const start = performance.now();
    const beat = setInterval(() => {
      const seconds = Math.round((performance.now() - start) / 1000);
      const of = size > 0 ? ` of ${size.toLocaleString('en')} operations` : '';
      onProgress?.({ stage, message: `Compiling the graph${of}, ${seconds} s so far`, fraction: null });
    }, BEAT);
    let cancel = () => {};
    const cancelled = new Promise<never>((_, reject) => {
      cancel = () => reject(new ExplainError({ kind: 'cancelled', message: 'Stopped.' }));
      signal?.addEventListener('abort', cancel, { once: true });
    });
    const counted = () => {
      const graph = make();
      size = graph.nodes.length;
      return graph;
    };
    const compiling = compiled(key, counted, options);
    compiling.catch(() => {});
    try {
      return await Promise.race([compiling, cancelled]);
    } finally {
      clearInterval(beat);
      signal?.removeEventListener('abort', cancel);
    }
  };
}
