import { table } from '../../tables.ts';
import { enlarged, resized } from '../channelsLast/resizing.ts';
import { flattened, padded, reshaping, sliced, transposition, unsqueezed } from '../channelsLast/shaping.ts';
import type { Value } from '../channelsLast/value.ts';
import { EXPORT_TO_ONNX, unread } from '../problem.ts';
import { inputOf, isChannelsFirst, onImage } from './images.ts';
import type { LayerCall, LayerEntry } from './layer.ts';

/** Only for an image with channels last, because everything else is flattened in the order of its shape. */
function flat(call: LayerCall): Value {
  const { draft } = call;
  const x = inputOf(call);
  if (!isChannelsFirst(call) || x.shape.length !== 4) return flattened(draft, x);
  // Keras transposes such an image before it flattens it.
  const [batch, channels, height, width] = x.shape;
  return flattened(draft, {
    name: draft.plain(x),
    shape: [batch!, height!, width!, channels!],
    order: 'channelsFirst',
  });
}

function zeroPadded(call: LayerCall): Value {
  const [rows, columns] = call.config.border('padding');
  return onImage(call, (x) => padded(call.draft, x, [[0, 0], rows, columns, [0, 0]]));
}

function cropped(call: LayerCall): Value {
  const cuts = call.config.border('cropping');
  return onImage(call, (x) =>
    sliced(
      call.draft,
      x,
      cuts.map(([before, after], i) => ({ axis: i + 1, start: before, end: after === 0 ? null : -after, step: 1 })),
    ),
  );
}

/** The middle of an image that is at least as large; Keras resizes smaller ones. */
function centred(call: LayerCall): Value {
  const size = [call.config.number('height'), call.config.number('width')];
  return onImage(call, (x) => {
    const cuts = size.map((wanted, i) => {
      const given = x.shape[i + 1];
      if (typeof given === 'number' && given >= wanted)
        return { axis: i + 1, start: Math.trunc((given - wanted) / 2), wanted };
      throw unread(`Layer '${call.name}' crops an image that is smaller, or of any size.`, call.name, EXPORT_TO_ONNX);
    });
    return sliced(
      call.draft,
      x,
      cuts.map(({ axis, start, wanted }) => ({ axis, start, end: start + wanted, step: 1 })),
    );
  });
}

function interpolation({ config, name }: LayerCall): 'nearest' | 'linear' {
  const wanted = config.word('interpolation', 'nearest');
  if (wanted === 'nearest') return 'nearest';
  if (wanted === 'bilinear') return 'linear';
  throw unread(`Layer '${name}' resizes its image by '${wanted}'.`, name, EXPORT_TO_ONNX);
}

function resizing(call: LayerCall): Value {
  const { config, name } = call;
  const plain = !['crop_to_aspect_ratio', 'pad_to_aspect_ratio', 'antialias'].some((key) => config.boolean(key, false));
  if (!plain) throw unread(`Layer '${name}' crops, pads or smooths the image it resizes.`, name, EXPORT_TO_ONNX);
  const size = [config.number('height'), config.number('width')] as const;
  const mode = config.word('interpolation', 'bilinear') === 'bilinear' ? 'linear' : interpolation(call);
  return onImage(call, (x) =>
    x.shape[1] === size[0] && x.shape[2] === size[1]
      ? x
      : resized(call.draft, x, size, { mode, halfPixel: true, corners: false }),
  );
}

export const shapingLayers = table<LayerEntry>({
  Flatten: { build: flat },
  Reshape: { build: (call) => reshaping(call.draft, inputOf(call), call.config.numbers('target_shape')) },
  Permute: { build: (call) => transposition(call.draft, inputOf(call), [0, ...call.config.numbers('dims')]) },
  RepeatVector: {
    build: (call) => {
      const { draft } = call;
      const n = call.config.number('n');
      const x = unsqueezed(draft, inputOf(call), 1);
      const name = draft.node('Tile', [x.name, draft.ints([1, n, 1], 'repeats')]);
      return { name, shape: [x.shape[0]!, n, x.shape[2]!], order: 'plain' };
    },
  },
  ZeroPadding2D: { build: zeroPadded },
  Cropping2D: { build: cropped },
  UpSampling2D: {
    build: (call) =>
      onImage(call, (x) => enlarged(call.draft, x, call.config.pair('size', [2, 2]), interpolation(call))),
  },
  Resizing: { build: resizing },
  CenterCrop: { build: centred },
});
