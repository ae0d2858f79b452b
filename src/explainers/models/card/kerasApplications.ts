import type { Preprocessing } from '../../contracts/card.ts';
import { own, table } from '../../tables.ts';

type Pixels = Pick<Preprocessing, 'scale' | 'mean' | 'std' | 'channels'>;

/**
 * The three ways in which keras.applications' `preprocess_input` treats pixels of 0…255, by the names that it gives
 * them.
 */
const MODES = table<Pixels>({
  tf: { scale: 127.5, mean: [1], std: [1], channels: 'rgb' },
  torch: { scale: 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], channels: 'rgb' },
  /** Blue first, ImageNet's mean taken away, not scaled. */
  caffe: { scale: 1, mean: [103.939, 116.779, 123.68], std: [1], channels: 'bgr' },
});

/** Which of them each architecture takes; see importers/keras/metadata.ts. */
const APPLICATIONS = table<string>({
  densenet: 'torch',
  resnet: 'caffe',
  vgg: 'caffe',
  'resnet-v2': 'tf',
  mobilenet: 'tf',
  'mobilenet-v2': 'tf',
  xception: 'tf',
  'inception-v3': 'tf',
  'inception-resnet-v2': 'tf',
  nasnet: 'tf',
});

/** What an architecture of keras.applications does to pixels before the model; undefined for any other. */
export function applicationPixels(
  application: string | undefined,
): { readonly mode: string; readonly pixels: Pixels } | undefined {
  const mode = application === undefined ? undefined : own(APPLICATIONS, application);
  return mode === undefined ? undefined : { mode, pixels: MODES[mode]! };
}
