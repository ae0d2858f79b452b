import type { ModelDescription } from '../../contracts/results.ts';
import { type ErrorReport, errorReport } from '../../errors.ts';
import { isProcessEnd } from '../../protocol/processEnd.ts';
import type { Session } from '../../session.ts';

/**
 * The description of the model, or if describing it kills the explainer process, the reason: none of the images can be
 * explained then, and each reports it in its own line.
 */
export async function describeModel(
  session: Session,
  ...asked: Parameters<Session['describe']>
): Promise<{ readonly description: ModelDescription } | { readonly ended: ErrorReport }> {
  try {
    return { description: await session.describe(...asked) };
  } catch (thrown) {
    const error = errorReport(thrown);
    if (!isProcessEnd(error)) throw thrown;
    return { ended: error };
  }
}
