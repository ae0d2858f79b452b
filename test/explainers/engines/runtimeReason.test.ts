import { expect, test } from 'vitest';
import { runtimeReason } from '../../../src/explainers/engines/runtimeReason.ts';

test.each([
  [
    '[ONNXRuntimeError] : 1 : FAIL : Load model from /a/b.onnx failed:Fatal error: com.example:Fancy(-1) is not a registered function/op',
    'Fatal error: com.example:Fancy(-1) is not a registered function/op',
  ],
  [
    "Non-zero status code returned while running Conv node. Name:'/conv' Status Message: Input channels C is not equal to kernel channels",
    'Input channels C is not equal to kernel channels',
  ],
  [
    '/onnxruntime_src/onnxruntime/core/providers/cpu/nn/pool_attributes.h:77 onnxruntime::PoolAttributes::PoolAttributes(const onnxruntime::OpNodeProtoHelper<T>&, const string&, int) pads[dim] < kernel_shape[dim] was false. Pad should be smaller than kernel.',
    'Pad should be smaller than kernel.',
  ],
  [
    '/onnxruntime_src/onnxruntime/core/graph/graph.cc:12 void onnxruntime::Graph::F(const std::vector<std::string>&) std::find(a, b) == c',
    null,
  ],
  ['', null],
])('%s', (text, reason) => {
  expect(runtimeReason(text)).toBe(reason);
});
