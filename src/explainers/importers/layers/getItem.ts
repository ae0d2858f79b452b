import { type Cut, sliced, squeezed } from '../channelsLast/shaping.ts';
import type { Value } from '../channelsLast/value.ts';
import { damaged, EXPORT_TO_ONNX, unread } from '../problem.ts';
import { isObject, type Json } from './config.ts';
import type { LayerCall } from './layer.ts';

/** A part of one axis: a range, or one place, which removes the axis. */
interface Pick {
  readonly cut: Omit<Cut, 'axis'> | null;
  readonly single: boolean;
}

/** `x[…]`, whose key Keras 3 writes as slices, numbers and an ellipsis. */
export function itemOf(call: LayerCall): Value {
  const [first, second] = call.args;
  const key = call.named.get('key') ?? second;
  if (!first || !('value' in first) || !key)
    throw damaged(`Operation '${call.name}' lacks what it works on.`, call.name);
  const keys =
    'json' in key ? keysIn(key.json) : 'list' in key ? key.list.map((each) => ('json' in each ? each.json : null)) : [];
  return picked(call, first.value, keys);
}

/** Tuples are wrapped, and a single key needs no tuple. */
function keysIn(json: Json): readonly Json[] {
  if (isObject(json) && json.class_name === '__tuple__' && isObject(json.config))
    return keysIn(json.config.value ?? []);
  return Array.isArray(json) ? json : [json];
}

/** The parts of a value's axes that the keys name, in order. */
export function picked(call: LayerCall, x: Value, keys: readonly Json[]): Value {
  const ellipsis = keys.findIndex((key) => isObject(key) && key.class_name === '__ellipsis__');
  const missing = x.shape.length - keys.filter((_, i) => i !== ellipsis).length;
  if (missing < 0) throw damaged(`Operation '${call.name}' picks from more axes than there are.`, call.name);
  const full: readonly Json[] =
    ellipsis < 0
      ? keys
      : [
          ...keys.slice(0, ellipsis),
          ...Array<Json>(missing).fill({ class_name: '__slice__' }),
          ...keys.slice(ellipsis + 1),
        ];
  const picks = full.map((key) => pickOf(key, call));
  const cuts = picks.flatMap(({ cut }, axis) => (cut ? [{ axis, ...cut }] : []));
  const single = picks.flatMap((pick, axis) => (pick.single ? [axis] : []));
  const part = sliced(call.draft, x, cuts);
  return single.length > 0 ? squeezed(call.draft, part, single) : part;
}

function pickOf(key: Json, { name }: LayerCall): Pick {
  if (typeof key === 'number' && Number.isInteger(key)) {
    return { cut: { start: key, end: key === -1 ? null : key + 1, step: 1 }, single: true };
  }
  if (isObject(key) && (key.class_name === '__slice__' || key.class_name === 'slice' || 'start' in key)) {
    const { start = null, stop = null, step = null } = isObject(key.config) ? key.config : key;
    if ([start, stop, step].every((each) => each === null || Number.isInteger(each))) {
      const by = typeof step === 'number' ? step : 1;
      const whole = start === null && stop === null && by === 1;
      const from = typeof start === 'number' ? start : by > 0 ? 0 : -1;
      return {
        cut: whole ? null : { start: from, end: typeof stop === 'number' ? stop : null, step: by },
        single: false,
      };
    }
  }
  throw unread(`Operation '${name}' picks a part of a value in a way that is not known.`, name, EXPORT_TO_ONNX);
}
