/** Krylov vectors between two restarts. */
const DIMENSION = 24;
const RESTARTS = 500;
const TOLERANCE = 1e-13;

/**
 * How strongly each place of [channels, places] follows the direction along which its columns vary most: the scores of
 * the first principal component, up to their sign. Computed by a restarted Lanczos iteration in float64 (Golub & Van
 * Loan, Matrix Computations, ch. 10); the same input gives the same numbers.
 */
export function principalScores(values: ArrayLike<number>, channels: number, places: number): Float64Array {
  const centred = new Float64Array(channels * places);
  for (let c = 0; c < channels; c++) {
    let mean = 0;
    for (let i = 0; i < places; i++) mean += values[c * places + i]! / places;
    for (let i = 0; i < places; i++) centred[c * places + i] = values[c * places + i]! - mean;
  }
  // The scores are σ·u of the largest singular value: u is the leading eigenvector of XᵀX over the places.
  const acrossChannels = (v: Float64Array) => {
    const along = new Float64Array(channels);
    for (let c = 0; c < channels; c++) along[c] = dot(centred.subarray(c * places, (c + 1) * places), v);
    return along;
  };
  const multiply = (v: Float64Array) => {
    const along = acrossChannels(v);
    const out = new Float64Array(places);
    for (let c = 0; c < channels; c++) addScaled(out, along[c]!, centred.subarray(c * places, (c + 1) * places));
    return out;
  };
  let start = strongestRow(centred, channels, places);
  if (norm(start) === 0) return start;
  for (let restart = 0; restart < RESTARTS; restart++) {
    const { vector, residual } = lanczos(multiply, start);
    start = vector;
    if (residual < TOLERANCE) break;
  }
  const sigma = norm(acrossChannels(start));
  return start.map((value) => value * sigma);
}

/** A start that is not orthogonal to the solution: the channel that varies most. */
function strongestRow(centred: Float64Array, channels: number, places: number): Float64Array {
  let best = centred.slice(0, places);
  for (let c = 1; c < channels; c++) {
    const row = centred.subarray(c * places, (c + 1) * places);
    if (norm(row) > norm(best)) best = row.slice();
  }
  return best;
}

/** The best eigenvector of a symmetric operator in the Krylov space of `start`, and how far from one it is. */
function lanczos(multiply: (v: Float64Array) => Float64Array, start: Float64Array) {
  const basis: Float64Array[] = [scaled(start, 1 / norm(start))];
  const diagonal: number[] = [];
  const beside: number[] = [];
  let rest = 0;
  for (;;) {
    const v = basis.at(-1)!;
    const next = multiply(v);
    diagonal.push(dot(next, v));
    // Two passes remove what rounding leaves of the other vectors.
    for (let pass = 0; pass < 2; pass++) for (const other of basis) addScaled(next, -dot(next, other), other);
    rest = norm(next);
    if (rest <= 1e-14 * Math.abs(diagonal[0]!) || basis.length === Math.min(DIMENSION, start.length)) break;
    beside.push(rest);
    basis.push(scaled(next, 1 / rest));
  }
  const { value, vector } = leadingOfTridiagonal(diagonal, beside);
  const best = new Float64Array(start.length);
  for (const [i, each] of basis.entries()) addScaled(best, vector[i]!, each);
  const residual = value > 0 ? (rest * Math.abs(vector.at(-1)!)) / value : 0;
  return { vector: scaled(best, 1 / norm(best)), residual };
}

/** Largest eigenvalue and its eigenvector of a small symmetric tridiagonal matrix, by cyclic Jacobi rotations. */
function leadingOfTridiagonal(diagonal: readonly number[], beside: readonly number[]) {
  const n = diagonal.length;
  const a = Array.from({ length: n }, (_, i) =>
    Float64Array.from({ length: n }, (_, j) =>
      i === j ? diagonal[i]! : Math.abs(i - j) === 1 ? beside[Math.min(i, j)]! : 0,
    ),
  );
  const v = Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        off += Math.abs(a[p]![q]!);
        rotate(a, v, p, q);
      }
    }
    if (off === 0) break;
  }
  let best = 0;
  for (let i = 1; i < n; i++) if (a[i]![i]! > a[best]![best]!) best = i;
  return { value: a[best]![best]!, vector: v.map((row) => row[best]!) };
}

/** Rotates the plane of axes p and q so that a[p][q] becomes 0. */
function rotate(a: Float64Array[], v: Float64Array[], p: number, q: number): void {
  const apq = a[p]![q]!;
  if (Math.abs(apq) < 1e-300) {
    a[p]![q] = a[q]![p] = 0;
    return;
  }
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * apq);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  const turn = (row: Float64Array) => {
    const [x, y] = [row[p]!, row[q]!];
    row[p] = c * x - s * y;
    row[q] = s * x + c * y;
  };
  for (const row of a) turn(row);
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [a[p]![k]!, a[q]![k]!];
    a[p]![k] = c * x - s * y;
    a[q]![k] = s * x + c * y;
  }
  a[p]![q] = a[q]![p] = 0;
  for (const row of v) turn(row);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

const norm = (v: Float64Array) => Math.sqrt(dot(v, v));
const scaled = (v: Float64Array, factor: number) => v.map((value) => value * factor);

function addScaled(to: Float64Array, factor: number, v: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i]! += factor * v[i]!;
}
