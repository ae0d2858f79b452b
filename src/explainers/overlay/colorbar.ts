import { positionIn, type ValueRange } from './normalize.ts';

/** A tick of a colour bar: its position, 0…1 from the lower end, and its label. */
export interface Tick {
  readonly position: number;
  readonly value: number;
  readonly label: string;
}

/**
 * Ticks at round numbers (1, 2 or 5 times a power of ten), about `count` of them; a range that contains zero always has
 * one there.
 */
export function ticks(range: ValueRange, count = 5): Tick[] {
  const span = range.max - range.min;
  if (!(span > 0) || !Number.isFinite(span) || count < 1) return [];
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((n) => n * power >= rough * 0.999999) ?? 10) * power;
  const marks: Tick[] = [];
  for (let i = Math.ceil(range.min / step - 1e-9); i * step <= range.max + step * 1e-9; i++) {
    const value = i * step;
    marks.push({ position: positionIn(value, range), value, label: label(value, step) });
  }
  return marks;
}

/** As short as the step allows; with an exponent if there would be too many digits. */
function label(value: number, step: number): string {
  const exponent = Math.floor(Math.log10(step) + 1e-9);
  if (value === 0) return '0';
  if (exponent < -4 || Math.abs(value) >= 1e6) {
    const digits = Math.max(0, Math.floor(Math.log10(Math.abs(value)) + 1e-9) - exponent);
    return value.toExponential(Math.min(digits, 3)).replace('-', '\u2212').replace('e+', 'e').replace('e-', 'e\u2212');
  }
  return value.toFixed(Math.max(0, -exponent)).replace('-', '\u2212');
}
