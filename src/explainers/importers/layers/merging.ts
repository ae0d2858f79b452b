import { table } from '../../tables.ts';
import { combined, folded, numberValue } from '../channelsLast/elementwise.ts';
import { joined } from '../channelsLast/shaping.ts';
import { axisOf, type Value } from '../channelsLast/value.ts';
import { damaged, EXPORT_TO_ONNX, unread } from '../problem.ts';
import type { LayerCall, LayerEntry } from './layer.ts';

/** Values of the same rank. */
function several({ inputs, name, args }: LayerCall): readonly Value[] {
  if (inputs.length < 1) throw damaged(`Layer '${name}' reads nothing.`, name);
  const constants = args.some(
    (given) => 'json' in given || ('list' in given && given.list.some((each) => 'json' in each)),
  );
  if (constants) throw unread(`Layer '${name}' merges a constant with a value.`, name, EXPORT_TO_ONNX);
  const ranks = new Set(inputs.map(({ shape }) => shape.length));
  if (ranks.size === 1) return inputs;
  throw unread(`Layer '${name}' merges values of different ranks.`, name, EXPORT_TO_ONNX);
}

const merged = (op: string): LayerEntry => ({ build: (call) => folded(call.draft, op, several(call)) });

export const mergingLayers = table<LayerEntry>({
  Add: merged('Add'),
  Subtract: merged('Sub'),
  Multiply: merged('Mul'),
  Maximum: merged('Max'),
  Minimum: merged('Min'),
  Average: {
    build: (call) => {
      const values = several(call);
      const sum = folded(call.draft, 'Add', values);
      return combined(call.draft, 'Mul', sum, numberValue(call.draft, 1 / values.length));
    },
  },
  Concatenate: {
    build: (call) => {
      const values = several(call);
      const axis = axisOf(call.config.number('axis', -1), values[0]!.shape.length);
      if (axis === undefined) throw damaged(`Layer '${call.name}' joins along an axis that is not there.`, call.name);
      return joined(call.draft, values, axis);
    },
  },
});
