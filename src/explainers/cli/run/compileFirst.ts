import { errorReport } from '../../errors.ts';
import { isProcessEnd } from '../../protocol/processEnd.ts';
import type { Session } from '../../session.ts';

/**
 * Throws if the engine cannot run the model at all, because that matters more than the result of each image. A model
 * that kills the explainer process passes, because each image then runs in a process of its own and reports it.
 */
export async function compileFirst(session: Session, ...asked: Parameters<Session['compile']>): Promise<void> {
  try {
    await session.compile(...asked);
  } catch (thrown) {
    if (!isProcessEnd(errorReport(thrown))) throw thrown;
  }
}
