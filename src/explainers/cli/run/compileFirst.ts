import { errorReport } from '../../errors.ts';
import { isProcessEnd } from '../../protocol/processEnd.ts';
import type { Session } from '../../session.ts';

/**
 * Throws where the engine cannot run the model at all: that is the news then, not what becomes of each image. A model that ends the
 * explainer process passes, as each image is asked of a process of its own and says so.
 */
export async function compileFirst(session: Session, ...asked: Parameters<Session['compile']>): Promise<void> {
  try {
    await session.compile(...asked);
  } catch (thrown) {
    if (!isProcessEnd(errorReport(thrown))) throw thrown;
  }
}
