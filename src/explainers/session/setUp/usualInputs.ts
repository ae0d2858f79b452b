import type { Preprocessing } from '../../contracts/card.ts';
import { channelCount } from '../../contracts/channelCount.ts';
import type { InputChange } from '../../contracts/setUp.ts';

/** The arithmetic on pixels that models are trained with, by what people call it. */
const VALUES: readonly { readonly title: string; readonly change: Pick<Preprocessing, 'scale' | 'mean' | 'std'> }[] = [
  {
    title: 'ImageNet’s mean and deviation',
    change: { scale: 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  },
  { title: '0 … 1', change: { scale: 255, mean: [0], std: [1] } },
  { title: '−1 … 1 (Inception)', change: { scale: 127.5, mean: [1], std: [1] } },
  { title: '0 … 255', change: { scale: 1, mean: [0], std: [1] } },
];

const RESIZES: readonly Preprocessing['resize'][] = ['squash', 'crop', 'letterbox'];
const CROP = 0.875;

export interface UsualInput {
  readonly resize: Preprocessing['resize'];
  readonly channels: Preprocessing['channels'];
  readonly values: string;
  readonly change: InputChange;
}

/** Every usual way to make this model's input. The order of colours is no question for a grey picture or for bands. */
export function usualInputs({ channels, bands }: Preprocessing): readonly UsualInput[] {
  const orders: readonly Preprocessing['channels'][] = channels === 'gray' || bands ? [channels] : ['rgb', 'bgr'];
  const colours = channels !== 'gray' && !bands;
  return VALUES.filter((_, i) => colours || i > 0).flatMap(({ title, change }) =>
    orders.flatMap((order) =>
      RESIZES.map((resize) => ({
        resize,
        channels: order,
        values: title,
        change: {
          ...change,
          resize,
          ...(resize === 'crop' && { cropFraction: CROP }),
          ...(colours && { channels: order }),
        },
      })),
    ),
  );
}

/** Settings with a change; a single number for all channels is repeated. */
export function changed(settings: Preprocessing, change: InputChange): Preprocessing {
  const next = { ...settings, ...change };
  const count = channelCount(next);
  const each = (values: readonly number[]) =>
    values.length === 1 ? Array.from({ length: count }, () => values[0]!) : values;
  return { ...next, mean: each(next.mean), std: each(next.std) };
}

/** Whether two settings give the same input of every image. */
export function sameInput(a: Preprocessing, b: Preprocessing): boolean {
  return JSON.stringify(telling(a)) === JSON.stringify(telling(b));
}

function telling({ resize, cropFraction, fill, ...rest }: Preprocessing) {
  const { size, channels, bands, scale, mean, std, antialias, interpolation, layout } = rest;
  return [
    ...[size, channels, bands ?? null, scale, mean, std, antialias, interpolation, layout, resize],
    resize === 'crop' ? cropFraction : null,
    resize === 'letterbox' ? fill : null,
  ];
}
