import { scalar, type Tensor } from '../tensor/tensor.ts';
import type { GraphBuilder } from './build.ts';
import type { ValueType } from './graph.ts';

/** A sum that a loop adds to. */
export interface LoopSum {
  /** Its value before the first round. */
  readonly initial: string;
  readonly type: ValueType;
}

/**
 * A sum over `rounds` rounds, as an ONNX Loop, so that only one round is in memory at a time.
 * @param term makes what a round adds; `round`: its number, int64 []. It may read every value of `b`
 */
export function summedInLoop(
  b: GraphBuilder,
  rounds: number,
  { initial, type }: LoopSum,
  term: (inner: GraphBuilder, round: string) => string,
): string {
  const inner = b.subgraph('round');
  const round = inner.input('round', { dtype: 'int64', shape: [] });
  const going = inner.input('going', { dtype: 'bool', shape: [] });
  const sum = inner.input('sum', type);
  const total = inner.node('Add', [sum, term(inner, round)], {}, 'total');
  inner.type(total, type);
  const on = inner.node('Identity', [going]);
  inner.type(on, { dtype: 'bool', shape: [] });
  inner.setOutputs([on, total]);
  const count: Tensor = { dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(rounds)) };
  const go = b.constant({ ...scalar(1), dtype: 'bool', data: Uint8Array.of(1) } as Tensor);
  const body = { kind: 'graph', value: inner.build() } as const;
  const output = b.node('Loop', [b.constant(count), go, initial], { body }, 'loop');
  b.type(output, type);
  return output;
}
