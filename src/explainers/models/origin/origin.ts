import type { Preprocessing } from '../../contracts/card.ts';
import type { Size } from '../../contracts/geometry.ts';
import { own } from '../../tables.ts';

/** What the file or the library that a model comes from says of its classes and of its images. */
export interface Origin {
  readonly labels?: readonly string[];
  readonly task?: 'multi-label' | 'multi-class';
  readonly size?: Size;
  readonly input: Partial<Pixels>;
}

/** How pixels become the model's input. */
export type Pixels = Pick<Preprocessing, 'scale' | 'mean' | 'std' | 'resize' | 'cropFraction'> &
  Partial<Pick<Preprocessing, 'interpolation' | 'channels' | 'fill'>>;

/** An origin as settings next to a model, with who says so in words: 'config.json next to the model'. */
export interface Settings {
  readonly size?: Size;
  readonly pixels?: Pixels;
  readonly from: string;
  readonly labels?: readonly string[];
  readonly labelsFrom?: string;
  readonly task?: 'multi-label' | 'multi-class';
}

export function settingsOf({ size, input, labels, task }: Origin, from: string, labelsFrom = from): Settings {
  const { scale, mean, std, resize = 'squash', cropFraction = 0.875 } = input;
  // The three numbers belong together.
  const whole = scale !== undefined && mean !== undefined && std !== undefined;
  return {
    from,
    ...(size && { size }),
    ...(whole && { pixels: { ...input, scale, mean, std, resize, cropFraction } }),
    ...(labels && { labels, labelsFrom }),
    ...(task && { task }),
  };
}

/** A field of an object that came from outside; undefined if it is none, or has no such field of its own. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? own(value as Record<string, unknown>, name) : undefined;
}

export function numberIn(value: unknown, name: string): number | undefined {
  const found = fieldOf(value, name);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

export function textIn(value: unknown, name: string): string | undefined {
  const found = fieldOf(value, name);
  return typeof found === 'string' ? found : undefined;
}

/** One number for all channels, or one for each; never 0 for a deviation. */
export function channelsIn(value: unknown, name: string, least = Number.NEGATIVE_INFINITY): number[] | undefined {
  const found = fieldOf(value, name);
  const numbers = typeof found === 'number' ? [found] : Array.isArray(found) ? found : [];
  const fit = numbers.every((each) => typeof each === 'number' && Number.isFinite(each) && each > least);
  return fit && [1, 3].includes(numbers.length) ? (numbers as number[]) : undefined;
}

export function namesIn(value: unknown, name: string): string[] | undefined {
  const found = fieldOf(value, name);
  return Array.isArray(found) && found.length > 0 && found.every((each) => typeof each === 'string')
    ? (found as string[])
    : undefined;
}

/** A side in pixels. */
export const isSide = (value: unknown): value is number => Number.isInteger(value) && Number(value) > 0;
