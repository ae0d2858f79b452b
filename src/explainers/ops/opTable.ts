import { table } from '../tables.ts';
import { activationOps } from './activation.ts';
import { arithmeticOps } from './arithmetic.ts';
import { castOps } from './cast.ts';
import { constantOps } from './constant.ts';
import { convOps } from './conv.ts';
import { gatherOps } from './gather.ts';
import { gemmOps } from './gemm.ts';
import { mathOps } from './math.ts';
import { normOps } from './norm.ts';
import type { OpEntry } from './op.ts';
import { poolOps } from './pool.ts';
import { quantizeOps } from './quantize.ts';
import { reduceOps } from './reduce.ts';
import { resizeOps } from './resize.ts';
import { selectOps } from './select.ts';
import { shapeOps } from './shape.ts';
import { sliceOps } from './slice.ts';
import { softmaxOps } from './softmax.ts';

/** Every family of operators; an operator is declared once, in its family's file. */
const FAMILIES = table<readonly OpEntry[]>({
  conv: convOps,
  gemm: gemmOps,
  pool: poolOps,
  norm: normOps,
  activation: activationOps,
  softmax: softmaxOps,
  arithmetic: arithmeticOps,
  math: mathOps,
  quantize: quantizeOps,
  reduce: reduceOps,
  shape: shapeOps,
  slice: sliceOps,
  gather: gatherOps,
  resize: resizeOps,
  cast: castOps,
  constant: constantOps,
  select: selectOps,
});

const BY_NAME = new Map<string, OpEntry>();
for (const [family, entries] of Object.entries(FAMILIES)) {
  for (const entry of entries) {
    if (BY_NAME.has(entry.op)) throw new Error(`operator ${entry.op} is declared twice, the second time in ${family}`);
    BY_NAME.set(entry.op, entry);
  }
}

/** What we know of an operator; undefined for one that nobody has declared. Only ai.onnx ('') has entries. */
export function opEntry(op: string, domain: string): OpEntry | undefined {
  return domain === '' ? BY_NAME.get(op) : undefined;
}

/** The names of all declared operators, sorted. */
export function declaredOps(): readonly string[] {
  return [...BY_NAME.keys()].sort();
}
