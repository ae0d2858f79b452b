import type * as Ort from 'onnxruntime-common';
import { throwIfCancelled } from '../errors.ts';
import type { Graph } from '../graph/graph.ts';
import { writeOnnx } from '../importers/onnx/write.ts';
import type { Executable } from './engine.ts';
import { packingIsDear } from './heldBytes.ts';
import { idleOptimizers, isLarge } from './idleOptimizers.ts';
import { ortError } from './ortErrors.ts';
import { ortForm } from './ortForm.ts';
import type { OpenSession, OrtSession } from './ortSession.ts';
import type { ModelFiles } from './weightsFile.ts';

/**
 * Without the fusion that takes a padding by zeros for one of MaxPool's own, which is by −∞: where all values of a window at
 * the edge are negative (Keras' ResNetV2, say), it changes the result. Options are session configuration keys.
 */
export const EXACT = { optimization: { disable_specified_optimizers: 'Pad_Fusion' } } as const;

/** The same, and without the optimizers that would change nothing in a large graph but take their time. */
export const optimization = (graph: Graph) =>
  isLarge(graph)
    ? { optimization: { disable_specified_optimizers: ['Pad_Fusion', ...idleOptimizers(graph)].join(';') } }
    : EXACT;

/** What only one of the packages can do. */
export interface OrtWays {
  /** Hands the model over as files, where the package can read them. */
  writeFiles?(graph: Graph): Promise<ModelFiles | null>;
  /** Whether it keeps images in a blocked layout (see `blockedMasks`). */
  readonly blocked?: boolean;
  /** Whether weights are packed even where they serve both directions: the order of sums then does not depend on rows and threads. */
  readonly packed?: boolean;
  /** No operators of ONNX Runtime's own, which devices other than the CPU may lack. */
  readonly standard?: boolean;
}

/** The graph as a session of either ONNX Runtime package. `title` names the package in errors. */
export async function compileOrt(
  open: OpenSession,
  graph: Graph,
  title: string,
  options: Ort.InferenceSession.SessionOptions,
  how: OrtWays = {},
): Promise<Executable> {
  const { graph: own, bothWays } = how.standard ? { graph, bothWays: false } : ortForm(graph, how.blocked ?? false);
  const all: Ort.InferenceSession.SessionOptions = {
    graphOptimizationLevel: 'all',
    // Errors are thrown; warnings (constants that its own optimiser dropped) are not for users.
    logSeverityLevel: 4,
    ...options,
    ...(((bothWays && !how.packed) || packingIsDear(own)) && { extra: withoutPacking(options.extra) }),
    ...(packingIsDear(own) && { enableCpuMemArena: false }),
  };
  let session: OrtSession;
  const files = (await how.writeFiles?.(own)) ?? null;
  try {
    session = await open(files ? files.model : writeOnnx(own), all);
  } catch (thrown) {
    throw ortError(thrown, graph, title);
  } finally {
    // What the session has mapped stays readable without a name.
    await files?.remove();
  }
  return {
    lanes: session.lanes,
    async run(feeds, { signal } = {}) {
      try {
        const results = await session.run(feeds, graph.outputs, () => throwIfCancelled(signal));
        throwIfCancelled(signal);
        return results;
      } catch (thrown) {
        throw ortError(thrown, graph, title);
      }
    },
    dispose: () => session.release(),
  };
}

/** Session options under which weights are used as they lie in their file, mapped once: a tenth slower, a third of the memory less. */
function withoutPacking(extra: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const session = extra.session as Record<string, unknown> | undefined;
  return { ...extra, session: { ...session, disable_prepacking: '1' } };
}
