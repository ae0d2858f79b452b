import type { Executable } from '../engines/engine.ts';
import { errorReport } from '../errors.ts';

/**
 * Compiles for as many images at once as requested. Falls back to one by one if an operator or the engine cannot take
 * several, or if the images of a batch do not get the same values as each alone.
 * @param agrees whether a batch was seen to give the same values
 */
export async function largestBatch(
  wanted: number,
  compile: (batch: number) => Promise<Executable>,
  agrees: (executable: Executable, batch: number) => Promise<boolean> = async () => true,
): Promise<{ readonly executable: Executable; readonly batch: number }> {
  if (wanted > 1) {
    try {
      const executable = await compile(wanted);
      if (await agrees(executable, wanted)) return { executable, batch: wanted };
    } catch (thrown) {
      // Whatever the obstacle to a batch, one image at a time may work.
      if (errorReport(thrown).kind === 'cancelled') throw thrown;
    }
  }
  return { executable: await compile(1), batch: 1 };
}
