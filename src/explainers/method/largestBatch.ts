import type { Executable } from '../engines/engine.ts';
import { errorReport } from '../errors.ts';

/**
 * Compiles for as many images at once as wanted; one by one where an operator cannot take several, where the engine cannot, or where
 * the images of a batch do not get what each gets alone.
 * @param agrees whether a batch was seen to give that
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
      // Whatever stands against a batch, one image at a time may do.
      if (errorReport(thrown).kind === 'cancelled') throw thrown;
    }
  }
  return { executable: await compile(1), batch: 1 };
}
