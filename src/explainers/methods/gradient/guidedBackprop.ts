import type { Vjp } from '../../autodiff/backward.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import { nonNegativeValues } from '../../lrp/sign.ts';
import { defineMethod } from '../../method/method.ts';
import { gradientMaps, pixelGraph } from '../../method/pixelMaps.ts';
import { SLOPES } from '../../method/signNotes.ts';
import { opEntry } from '../../ops/opTable.ts';

export const guidedBackprop = defineMethod({
  id: 'guidedBackprop',
  title: 'Guided backpropagation',
  summary:
    'The gradient, with all evidence against the class cut off at each rectifier, which leaves the sharp edges that matter.',
  caution:
    'Close to an edge detector: the map changes little when the class, or even the trained weights, change (Adebayo et al. 2018). Do not read it as evidence for a class.',
  formula: 'R_in = 1[x > 0] · 1[R > 0] · R at each ReLU, gradients elsewhere',
  cite: {
    authors: 'J. T. Springenberg, A. Dosovitskiy, T. Brox, M. Riedmiller',
    title: 'Striving for Simplicity: The All Convolutional Net',
    venue: 'ICLR Workshop',
    year: 2015,
    url: 'https://arxiv.org/abs/1412.6806',
    reference: 'captum 0.9.0 GuidedBackprop',
  },
  needs: ['gradient'],
  group: 'pixels',
  slow: false,
  signed: true,
  parameters: {},
  explain: (context) => gradientMaps(context, 'guidedBackprop', (_, gradient) => gradient, SLOPES, guided),
  asGraph: (place) => pixelGraph(place, (_, gradient) => gradient, guided),
});

/** Rectifiers (activations without negative outputs, except gates) pass only positive gradients. */
function guided(graph: Graph): (node: Node) => Vjp | undefined {
  const nonNegative = nonNegativeValues(graph);
  return (node) => {
    const entry = opEntry(node.op, node.domain);
    // An operator that preserves a sign its input already has, such as the root of a variance, rectifies nothing.
    const cuts =
      entry?.role === 'activation' &&
      entry.sign !== 'unit' &&
      (entry.sign === 'nonNegative' || !nonNegative.has(node.inputs[0]!));
    if (!cuts || !nonNegative.has(node.outputs[0]!)) return undefined;
    return (c) => entry.vjp!({ ...c, g: c.g.map((gradient) => gradient && c.b.node('Relu', [gradient])) });
  };
}
