import type { Engine } from '../engines/engine.ts';
import type { ExplainableModel } from '../method/method.ts';
import { constantPart, withConstants } from '../ops/canonical/constantPart.ts';

/**
 * The model with what it computes from its weights alone (weights standardised at each run, as NFNets do) computed once, so
 * that rules which look at weights see them.
 */
export async function withComputedConstants(model: ExplainableModel, engine: Engine): Promise<ExplainableModel> {
  const part = constantPart(model.graph);
  if (!part) return model;
  const executable = await engine.compile(part);
  try {
    return { ...model, graph: withConstants(model.graph, await executable.run(new Map())) };
  } finally {
    await executable.dispose();
  }
}
