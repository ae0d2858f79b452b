import type { Node } from '../graph/graph.ts';

/** The domains of the operators that ONNX Runtime's optimisers substitute for standard ones. */
const DOMAINS: ReadonlySet<string> = new Set(['com.microsoft', 'com.microsoft.nchwc', 'com.ms.internal.nhwc']);
/** Quantised operators are a person's choice; there may be no earlier file with the originals. */
const QUANTISED = /quant|Quant|Integer|QLinear|QGemm|QAttention|MatMulNBits/;

/** Whether an operator replaced standard ones when the file was optimised. */
export const isFused = ({ domain, op }: Pick<Node, 'domain' | 'op'>): boolean =>
  DOMAINS.has(domain) && !QUANTISED.test(op);

export const BEFORE_OPTIMISED = 'Use the model file from before ONNX Runtime optimised it';
