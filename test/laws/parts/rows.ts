import { activationRows, mathRows } from '../rows/activation.ts';
import { arithmeticRows } from '../rows/arithmetic.ts';
import { convRows } from '../rows/conv.ts';
import { gemmRows } from '../rows/gemm.ts';
import { normRows } from '../rows/norm.ts';
import { poolRows } from '../rows/pool.ts';
import { reduceRows } from '../rows/reduce.ts';
import { resizeRows, selectRows, shapeRows } from '../rows/shape.ts';
import type { Row } from './row.ts';

/** One row per operator with a gradient, or several. */
export const ROWS: readonly Row[] = [
  ...convRows,
  ...gemmRows,
  ...poolRows,
  ...normRows,
  ...activationRows,
  ...mathRows,
  ...arithmeticRows,
  ...reduceRows,
  ...shapeRows,
  ...selectRows,
  ...resizeRows,
];
