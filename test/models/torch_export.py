"""A PyTorch model as an ONNX file, by each of its exporters."""

from pathlib import Path

import torch

NAMES = {"input_names": ["input"], "output_names": ["output"]}
OPEN = {"dynamic_axes": {"input": {0: "N"}, "output": {0: "N"}}}


def legacy(model, image, file):
    torch.onnx.export(model, (image,), file, opset_version=17, dynamo=False, **NAMES, **OPEN)


def legacy_fixed(model, image, file):
    torch.onnx.export(model, (image,), file, opset_version=17, dynamo=False, **NAMES)


def dynamo(model, image, file):
    torch.onnx.export(model, (image,), file, dynamo=True, verbose=False, **NAMES)


def dynamo_batch(model, image, file):
    shapes = ({0: torch.export.Dim("N", min=1, max=64)},)
    torch.onnx.export(model, (torch.cat([image, image]),), file, dynamo=True, dynamic_shapes=shapes, verbose=False, **NAMES)


EXPORTERS = {"legacy": legacy, "legacy-fixed": legacy_fixed, "dynamo": dynamo, "dynamo-batch": dynamo_batch}


def export(model, image: torch.Tensor, exporter: str, file: Path) -> None:
    with torch.no_grad():
        EXPORTERS[exporter](model, image, str(file))
