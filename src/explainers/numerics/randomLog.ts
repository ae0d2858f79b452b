const SPLIT = 134217729; // 2^27 + 1
/** ln 2 − Math.LN2 */
const LN2_REST = 2.3190468138462996e-17;

/** A number as the unevaluated sum of two doubles. */
type Pair = readonly [high: number, low: number];

/** a · b exactly (Dekker). */
function product(a: number, b: number): Pair {
  const high = a * b;
  const aTop = SPLIT * a - (SPLIT * a - a);
  const bTop = SPLIT * b - (SPLIT * b - b);
  const [aRest, bRest] = [a - aTop, b - bTop];
  return [high, aRest * bRest - (high - aTop * bTop - aRest * bTop - aTop * bRest)];
}

/** a + b exactly (Knuth). */
function sum(a: number, b: number): Pair {
  const high = a + b;
  const part = high - a;
  return [high, a - (high - part) + (b - part)];
}

function add(a: Pair, b: Pair): Pair {
  const [high, low] = sum(a[0], b[0]);
  return sum(high, low + a[1] + b[1]);
}

function multiply(a: Pair, b: Pair): Pair {
  const [high, low] = product(a[0], b[0]);
  return sum(high, low + (a[0] * b[1] + a[1] * b[0]));
}

function divide(a: Pair, b: Pair): Pair {
  const first = a[0] / b[0];
  const rest = add(a, multiply([-first, 0], b));
  const second = (rest[0] + rest[1]) / b[0];
  return sum(first, second);
}

/**
 * The natural logarithm, correctly rounded for practical purposes. NumPy's comes from a C library that is nearly always
 * correctly rounded, whereas V8's `Math.log` is occasionally one unit off, and seeded results must not differ by that.
 * @param x finite, normal and positive
 */
export function log(x: number): number {
  let exponent = Math.round(Math.log2(x));
  let m = x * 2 ** -exponent;
  if (m > Math.SQRT2) {
    m /= 2;
    exponent++;
  }
  // log m = 2 artanh s, s = (m − 1) / (m + 1), |s| ≤ 0.172: 22 terms give 106 bits.
  const s = divide(sum(m, -1), sum(m, 1));
  const square = multiply(s, s);
  let series: Pair = [0, 0];
  for (let k = 43; k >= 1; k -= 2) series = add(divide([1, 0], [k, 0]), multiply(series, square));
  const whole = add(multiply([exponent, 0], [Math.LN2, LN2_REST]), multiply(multiply([2, 0], s), series));
  return whole[0] + whole[1];
}
