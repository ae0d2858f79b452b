"""PyTorch's exporter notes in each node where in whose files it was made: nobody's business, and most of a small model's size."""

import onnx

TRACE = "pkg.torch.onnx.stack_trace"


def without_traces(model: bytes) -> bytes:
    proto = onnx.load_from_string(model)
    for graph in (proto.graph, *proto.functions):
        for node in getattr(graph, "node"):
            kept = [entry for entry in node.metadata_props if entry.key != TRACE]
            del node.metadata_props[:]
            node.metadata_props.extend(kept)
    return proto.SerializeToString()
