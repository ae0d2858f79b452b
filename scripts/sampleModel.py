# The model of the sample image (media/sample): examples/photos/efficientnet-lite0.onnx with its weights rounded to
# integers, so that it is small enough to come with the extension. Its activations stay floating-point numbers, so every
# method runs. Needs onnx 1.19 and numpy 2:
#   python scripts/sampleModel.py
import os

import numpy as np
import onnx
from onnx import helper, numpy_helper

ROOT = os.path.join(os.path.dirname(__file__), "..")
# Of each sign; with 31, a packed file needs 6 of the 8 bits.
LEVELS = int(os.environ.get("LEVELS", "31"))


def main() -> None:
    model = onnx.load(os.path.join(ROOT, "examples/photos/efficientnet-lite0.onnx"))
    graph = model.graph
    nodes, kept = [], []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < 512 or values.ndim < 2:
            kept.append(tensor)
            continue
        # A scale for each output channel: the first axis of convolutions; of the last layer, as it is used.
        axis = channel_axis(graph, tensor.name, values.ndim)
        others = tuple(i for i in range(values.ndim) if i != axis)
        scale = np.maximum(np.abs(values).max(axis=others), 1e-12).astype(np.float32) / LEVELS
        shape = [-1 if i == axis else 1 for i in range(values.ndim)]
        rounded = np.clip(np.round(values / scale.reshape(shape)), -LEVELS, LEVELS).astype(np.int8)
        kept.append(numpy_helper.from_array(rounded, f"{tensor.name}.rounded"))
        kept.append(numpy_helper.from_array(scale, f"{tensor.name}.scale"))
        inputs = [f"{tensor.name}.rounded", f"{tensor.name}.scale"]
        nodes.append(helper.make_node("DequantizeLinear", inputs, [tensor.name], f"{tensor.name}.float", axis=axis))
    del graph.initializer[:]
    graph.initializer.extend(kept)
    every = nodes + list(graph.node)
    del graph.node[:]
    graph.node.extend(every)
    if model.opset_import[0].version < 13:
        raise SystemExit("DequantizeLinear with an axis needs opset 13.")
    onnx.checker.check_model(model)
    onnx.save(model, os.path.join(ROOT, "media/sample/efficientnet-lite0.onnx"))


def channel_axis(graph: onnx.GraphProto, name: str, rank: int) -> int:
    for node in graph.node:
        if name not in node.input:
            continue
        if node.op_type == "MatMul":
            return rank - 1
        if node.op_type == "Gemm":
            transposed = any(each.name == "transB" and each.i for each in node.attribute)
            return 0 if transposed else 1
    return 0


main()
