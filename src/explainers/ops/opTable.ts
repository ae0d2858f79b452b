import { table } from '../tables.ts';
import { activationOps } from './families/activation.ts';
import { arithmeticOps } from './families/arithmetic.ts';
import { blockOps } from './families/blocks.ts';
import { castOps } from './families/cast.ts';
import { constantOps } from './families/constant.ts';
import { convOps } from './families/conv.ts';
import { gatherOps } from './families/gather.ts';
import { gemmOps } from './families/gemm.ts';
import { mathOps } from './families/math.ts';
import { normOps } from './families/norm.ts';
import { padOps } from './families/pad.ts';
import { poolOps } from './families/pool.ts';
import { quantizeOps } from './families/quantize.ts';
import { reduceOps } from './families/reduce.ts';
import { resizeOps } from './families/resize.ts';
import { selectOps } from './families/select.ts';
import { shapeOps } from './families/shape.ts';
import { sliceOps } from './families/slice.ts';
import { softmaxOps } from './families/softmax.ts';
import type { OpEntry } from './op.ts';
import { isQuantising } from './quantised.ts';

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
  blocks: blockOps,
  slice: sliceOps,
  pad: padOps,
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

/**
 * What we know of an operator; undefined for one that nobody has declared. Entries are of ai.onnx (''); other domains
 * repeat few.
 */
export function opEntry(op: string, domain: string): OpEntry | undefined {
  return domain === '' || isQuantising({ op, domain }) ? BY_NAME.get(op) : undefined;
}

/** The names of all declared operators, sorted. */
export function declaredOps(): readonly string[] {
  return [...BY_NAME.keys()].sort();
}
