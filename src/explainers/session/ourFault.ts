import type { Executable } from '../engines/engine.ts';
import { ExplainError } from '../errors.ts';

/** Keys of the graphs that only compute the model's own values; if the runtime refuses them, it refuses the model. */
const OF_THE_MODEL = /^(?:forward pass|the model as it is)/;

/**
 * Marks the runtime's refusal of a graph that we derived from the model as our fault, because it is not the file's. If
 * the model itself cannot run either, the runtime's message stays.
 * @param key the key that the graph is kept under
 * @param runs whether the runtime accepts the model itself
 */
export async function blamingUs(
  key: string,
  compiling: Promise<Executable>,
  runs: () => Promise<boolean>,
): Promise<Executable> {
  if (OF_THE_MODEL.test(key)) return compiling;
  const blamed = async (thrown: unknown) => (isRuntimes(thrown) && (await runs()) ? ourFault(thrown) : thrown);
  try {
    const executable = await compiling;
    return {
      ...executable,
      lanes: executable.lanes,
      dispose: () => executable.dispose(),
      run: async (feeds, options) => {
        try {
          return await executable.run(feeds, options);
        } catch (thrown) {
          throw await blamed(thrown);
        }
      },
    };
  } catch (thrown) {
    throw await blamed(thrown);
  }
}

/** Whether the runtime refused; a refusal while a graph is built has no cause below it. */
const isRuntimes = (thrown: unknown): thrown is ExplainError =>
  thrown instanceof ExplainError &&
  (thrown.kind === 'engine' || thrown.kind === 'unsupported') &&
  thrown.cause !== undefined;

function ourFault(thrown: ExplainError): ExplainError {
  return new ExplainError(
    {
      kind: thrown.kind,
      message: `The model runs, but the graph that this method derives from it does not. ${thrown.message}`,
      subject: thrown.subject,
      next: 'This is a defect in Saliency Lens. Please report it with the log and the model. Until then, use a method that needs no gradient.',
    },
    { cause: thrown },
  );
}
