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
 * Switches off the fusion that replaces a padding by zeros with MaxPool's own, which pads with −∞. The fusion changes
 * the result where all values of a window at the edge are negative (in Keras' ResNetV2, for example). Options are
 * session configuration keys.
 */
export const EXACT = { optimization: { disable_specified_optimizers: 'Pad_Fusion' } } as const;

/** The same, and without the optimizers that would take time on a large graph without changing anything. */
export const optimization = (graph: Graph) =>
  isLarge(graph)
    ? { optimization: { disable_specified_optimizers: ['Pad_Fusion', ...idleOptimizers(graph)].join(';') } }
    : EXACT;

/** Features that only one of the packages has. */
export interface OrtWays {
  /** Passes the model as files, if the package can read them. */
  writeFiles?(graph: Graph): Promise<ModelFiles | null>;
  /** Whether it stores images in a blocked layout (see `blockedMasks`). */
  readonly blocked?: boolean;
  /**
   * Whether weights are packed even if both directions use them; the order of sums then does not depend on rows and
   * threads.
   */
  readonly packed?: boolean;
  /** No operators of ONNX Runtime's own, which devices other than the CPU may lack. */
  readonly standard?: boolean;
}

/** The graph as a session of one of the ONNX Runtime packages. `title` names the package in errors. */
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
    // Errors are thrown; warnings (about constants that its own optimiser dropped) are not for users.
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
    // The session has mapped the files, which stay readable after they are unlinked.
    await files?.remove();
  }
  return {
    lanes: session.lanes,
    async run(feeds, { signal } = {}) {
      try {
        const own = new Map([...feeds].filter(([name]) => graph.inputs.includes(name)));
        const results = await session.run(own, graph.outputs, () => throwIfCancelled(signal));
        throwIfCancelled(signal);
        return results;
      } catch (thrown) {
        throw ortError(thrown, graph, title);
      }
    },
    dispose: () => session.release(),
  };
}

/**
 * Session options that use weights as they are in their file, mapped once: a tenth slower, with a third less memory.
 */
function withoutPacking(extra: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const session = extra.session as Record<string, unknown> | undefined;
  return { ...extra, session: { ...session, disable_prepacking: '1' } };
}
