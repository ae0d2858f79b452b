import type { Against, Heatmap } from '../../contracts/results.ts';
import { type ErrorReport, ExplainError, errorReport } from '../../errors.ts';
import type { Session } from '../../session.ts';
import type { RunPlan } from '../flags/explainFlags.ts';

/**
 * The methods that this model allows, and why it does not allow the others.
 * @throws the first one's error if it allows none, and `usage` for invalid requests
 */
export async function runnable(
  session: Session,
  request: { readonly model: string; readonly against?: Against },
  asked: RunPlan['methods'],
  call: { readonly signal: AbortSignal },
): Promise<{
  readonly methods: RunPlan['methods'];
  readonly idle: readonly { readonly id: string; readonly error: ErrorReport }[];
}> {
  const methods: RunPlan['methods'][number][] = [];
  const idle: { id: string; error: ErrorReport }[] = [];
  for (const method of asked) {
    const { id, parameters } = method;
    try {
      await session.resolve({ ...request, method: id, parameters: parameters as Heatmap['parameters'], classes: [] }, call); // biome-ignore format: one line
      methods.push(method);
    } catch (thrown) {
      const error = errorReport(thrown);
      if (error.kind !== 'unsupported') throw thrown;
      idle.push({ id, error });
    }
  }
  if (methods.length === 0) throw new ExplainError(idle[0]!.error);
  return { methods, idle };
}
