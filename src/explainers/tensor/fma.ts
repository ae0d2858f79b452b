/**
 * a · b + c, rounded once: fused multiply-add, which JavaScript lacks. It uses error-free transformations (Dekker 1971,
 * Knuth TAOCP 2, 4.2.2), for finite numbers far from the largest and the smallest. The last bit is wrong only if the
 * exact result is within 2⁻⁵³ of a tie between two numbers.
 */
export function fma(a: number, b: number, c: number): number {
  const product = a * b;
  const aHigh = high(a);
  const bHigh = high(b);
  const [aLow, bLow] = [a - aHigh, b - bHigh];
  const lost = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
  const sum = product + c;
  const part = sum - product;
  return sum + (product - (sum - part) + (c - part) + lost);
}

/** The upper 26 of a number's 53 bits; products of such numbers are exact. */
function high(value: number): number {
  const far = 134217729 * value;
  return far - (far - value);
}
