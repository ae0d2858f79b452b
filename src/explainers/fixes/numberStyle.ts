import { greatest } from '../lists.ts';

/** Coordinates need no more. */
const MOST = 6;

/**
 * Writes numbers as the given ones are written: whole, with as many decimals, or with as many as each needs up to their
 * most. Without an example: `fallback` decimals at most.
 */
export function numberStyle(like: readonly string[], least = 0, fallback = 2): (value: number) => string {
  const decimals = like.map((text) => (/e/i.test(text) ? MOST : (/\.(\d*)/.exec(text)?.[1]?.length ?? 0)));
  const most = Math.min(MOST, Math.max(least, like.length > 0 ? greatest(decimals) : fallback));
  const fixed = like.length > 0 && decimals.every((count) => count === decimals[0]) && most >= decimals[0]!;
  // Python writes whole floats so.
  const point = like.length > 0 && like.every((text) => text.includes('.'));
  return (value) => {
    const text = value.toFixed(most);
    const short = String(Number(text));
    const plain = fixed ? text : point && !short.includes('.') ? `${short}.0` : short;
    return /^-0(?:\.0*)?$/.test(plain) ? plain.slice(1) : plain;
  };
}
