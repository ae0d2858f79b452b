import type { Executable } from '../engines/engine.ts';
import { ExplainError } from '../errors.ts';

/** Keys of the graphs that only compute the model's own values: what the runtime refuses in these, it refuses of the model. */
const OF_THE_MODEL = /^(?:forward pass|the model as it is)/;

/**
 * A graph that we made of the model, whose refusal by the runtime says so: the fault of a graph of ours is no fault of the file. Where
 * the model itself cannot run either, the runtime's words stand.
 * @param key what the graph is kept under
 * @param runs whether the runtime takes the model itself
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

/** Whether the runtime said no: what is refused while a graph is made has no cause below it. */
const isRuntimes = (thrown: unknown): thrown is ExplainError =>
  thrown instanceof ExplainError &&
  (thrown.kind === 'engine' || thrown.kind === 'unsupported') &&
  thrown.cause !== undefined;

function ourFault(thrown: ExplainError): ExplainError {
  return new ExplainError(
    {
      kind: thrown.kind,
      message: `The model runs, but what this method makes of it does not. ${thrown.message}`,
      subject: thrown.subject,
      next: 'This is a defect in Saliency Lens: please report it with the log and the model. Until then, use a method that needs no gradient.',
    },
    { cause: thrown },
  );
}
