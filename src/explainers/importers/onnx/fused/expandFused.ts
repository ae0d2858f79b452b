import type { Node } from '../../../graph/graph.ts';
import type { UpgradeContext } from '../upgrade.ts';
import { activationFusions } from './activations.ts';
import { attentionFusions } from './attention.ts';
import { type Fusion, FusionWriter } from './fusion.ts';
import { normFusions } from './norms.ts';
import { productFusions } from './products.ts';

/** Every operator of ONNX Runtime's optimisers that is written as those it replaced. */
export const FUSIONS: readonly Fusion[] = [
  ...activationFusions,
  ...productFusions,
  ...normFusions,
  ...attentionFusions,
];

const keyOf = ({ op, domain }: Pick<Node, 'op' | 'domain'>) => `${domain}:${op}`;
const BY_KEY = new Map(FUSIONS.map((fusion) => [keyOf(fusion), fusion]));

/**
 * A fused node as the nodes of ai.onnx that it stands for, which have gradients; undefined if it is not fused, or in a
 * form that is not written out: with an empty value too, at which the runtime ends and which is refused by name.
 */
export function expandFused(node: Node, context: UpgradeContext): readonly Node[] | undefined {
  const fusion = BY_KEY.get(keyOf(node));
  if (!fusion || node.inputs.some((name) => context.type(name)?.shape?.includes(0))) return undefined;
  const writer = new FusionWriter(node, context);
  const results = fusion.expand(writer);
  return results?.some((value, i) => !value && writer.wants(i)) === false ? writer.named(results) : undefined;
}
