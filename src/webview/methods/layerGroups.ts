import type { LayerInfo } from '../../explainers/contracts/results.ts';
import type { OptionGroup } from '../parts/controls.tsx';

/** A stage with more layers than this is cut further, by the blocks in their names. */
const MOST = 24;

/**
 * The layers by stage: those in a row with the same height and width. A transformer has one stage, which is cut into
 * its blocks.
 */
export function layerGroups(layers: readonly LayerInfo[]): readonly OptionGroup[] {
  const stages = runs(layers, ({ shape: [, height, width] }) => `${height} × ${width}`);
  return stages.flatMap(({ key, members }, i) => {
    const title = `Stage ${i + 1}: ${key}`;
    if (members.length <= MOST) return [{ title, options: members.map(option) }];
    const blocks = runs(members, ({ name }) => /^.*?\d+/.exec(name)?.[0] ?? '');
    return blocks.map((block) => ({
      title: block.key ? `${title} · ${block.key}` : title,
      options: block.members.map(option),
    }));
  });
}

const option = ({ name, op, shape }: LayerInfo) => [name, `${name}  (${op}, ${shape.join(' × ')})`] as const;

/** Neighbours with the same key. */
function runs<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): readonly { readonly key: string; readonly members: readonly T[] }[] {
  const made: { readonly key: string; readonly members: T[] }[] = [];
  for (const item of items) {
    const key = keyOf(item);
    const last = made.at(-1);
    if (last?.key === key) last.members.push(item);
    else made.push({ key, members: [item] });
  }
  return made;
}
