import type { Executable } from '../engines/engine.ts';
import { ExplainError } from '../errors.ts';

/** Compiles for as many images at once as wanted, or one by one where an operator cannot take several. */
export async function largestBatch(
  wanted: number,
  compile: (batch: number) => Promise<Executable>,
): Promise<{ readonly executable: Executable; readonly batch: number }> {
  if (wanted > 1) {
    try {
      return { executable: await compile(wanted), batch: wanted };
    } catch (thrown) {
      if (!(thrown instanceof ExplainError) || !['unsupported', 'engine'].includes(thrown.kind)) throw thrown;
    }
  }
  return { executable: await compile(1), batch: 1 };
}
