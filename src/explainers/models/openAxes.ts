import { numberAttribute } from '../graph/attributes.ts';
import type { Dim, Graph, Node } from '../graph/graph.ts';
import { readers } from '../graph/rewrite.ts';
import { infer } from '../ops/infer.ts';
import type { InferContext } from '../ops/op.ts';
import { opEntry } from '../ops/opTable.ts';

/** What a model's first layer says of an image whose shape names neither channels nor layout. */
export interface ImageAxes {
  readonly layout: 'nchw' | 'nhwc';
  readonly channels: number;
}

/** Height and width of the image as its axes are numbered in each layout. */
const SPATIAL: Readonly<Record<ImageAxes['layout'], string>> = { nchw: '2,3', nhwc: '1,2' };

/**
 * Layout and channels of an image whose four axes are open, by the convolutions that read it: along which of its axes
 * they slide, and how many channels their weights take. Undefined if no convolution reads it, or two disagree.
 */
export function imageAxes(graph: Graph, input: string): ImageAxes | undefined {
  const { types, values } = infer(graph);
  const reading = readers(graph.nodes);
  const found = new Map<string, ImageAxes>();
  // Value → which of the image's axes its own axes 2 and 3, or any others, run along.
  const axesOf = new Map<string, readonly (number | null)[]>([[input, [0, 1, 2, 3]]]);
  const waiting = [input];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    const axes = axesOf.get(value)!;
    for (const node of reading.get(value) ?? []) {
      const c: InferContext = {
        node,
        types: node.inputs.map((name) => (name ? types.get(name) : undefined)),
        opset: graph.opset,
        constant: (i) => graph.constants.get(node.inputs[i] ?? '') ?? values.get(node.inputs[i] ?? ''),
      };
      const entry = opEntry(node.op, node.domain);
      if (entry?.linear?.convolution) {
        const layout = (['nchw', 'nhwc'] as const).find((each) => SPATIAL[each] === axes.slice(2).join());
        const channels = channelsTaken(c.types[1]?.shape, node);
        if (layout && channels !== undefined) found.set(`${layout} ${channels}`, { layout, channels });
        continue;
      }
      const [output] = node.outputs;
      if (!output || axesOf.has(output) || !entry?.along || types.get(output)?.shape?.length !== 4) continue;
      const at = node.inputs.indexOf(value);
      const moved = [0, 1, 2, 3].map((axis) => axes[entry.along!(c, axis)?.[at] ?? -1] ?? null);
      axesOf.set(output, moved);
      waiting.push(output);
    }
  }
  return found.size === 1 ? [...found.values()][0] : undefined;
}

/** How many channels a convolution's weights take; undefined if that is not known before running. */
function channelsTaken(weight: readonly Dim[] | null | undefined, node: Node): number | undefined {
  const perGroup = weight?.[1];
  return typeof perGroup === 'number' ? perGroup * numberAttribute(node, 'group', 1) : undefined;
}
