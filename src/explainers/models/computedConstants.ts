import type { Engine } from '../engines/engine.ts';
import type { ExplainableModel } from '../method/method.ts';
import { constantPart, withConstants } from '../ops/canonical/constantPart.ts';

/**
 * The model with everything that it computes from its weights alone (weights that are standardised on each run, as in
 * NFNets) computed once, so that rules that inspect weights see them.
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
