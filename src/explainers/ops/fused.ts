import type { Node } from '../graph/graph.ts';

/** The domains of operators that ONNX Runtime's optimisers write in place of standard ones. */
const DOMAINS: ReadonlySet<string> = new Set(['com.microsoft', 'com.microsoft.nchwc', 'com.ms.internal.nhwc']);
/** Those that a person chose: quantised ones have no original in a file from before. */
const QUANTISED = /quant|Quant|Integer|QLinear|QGemm|QAttention|MatMulNBits/;

/** Whether an operator stands in for standard ones of the file before it was optimised. */
export const isFused = ({ domain, op }: Pick<Node, 'domain' | 'op'>): boolean =>
  DOMAINS.has(domain) && !QUANTISED.test(op);

export const BEFORE_OPTIMISED = 'Take the model from before it was optimised by ONNX Runtime';
