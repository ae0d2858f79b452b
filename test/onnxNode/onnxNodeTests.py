"""Copies the ONNX project's own node tests of the operators that we claim (operators.txt) into data/.

The tests come inside the wheel of onnx 1.22.0 (newer ones lack them). Taken are those of one node, without the twins that
spell a function out (`_expanded`), none larger than 200 kB, and of the element types that we do not hold only two, to
see them refused.

    python -m venv .venv && .venv/bin/pip install onnx==1.22.0
    .venv/bin/python test/onnxNode/onnxNodeTests.py
"""

import shutil
from pathlib import Path

import onnx

assert onnx.__version__ == "1.22.0"
HERE = Path(__file__).parent
SOURCE = Path(onnx.__file__).parent / "backend" / "test" / "data" / "node"
LARGEST = 200_000
TOTAL = 3_000_000

# Complex numbers, float8 and narrower, int4 and narrower.
NOT_HELD = {14, 15, *range(17, 27)}
TO_BE_REFUSED = {"test_cast_INT4_to_FLOAT", "test_dequantizelinear_e4m3fn"}

claimed = set((HERE / "operators.txt").read_text().split())
data = HERE / "data"
shutil.rmtree(data, ignore_errors=True)
data.mkdir()
copied = 0


def element_types(model):
    values = [*model.graph.input, *model.graph.output]
    tensors = [attribute.t for node in model.graph.node for attribute in node.attribute if attribute.HasField("t")]
    return {value.type.tensor_type.elem_type for value in values} | {tensor.data_type for tensor in tensors}


for folder in sorted(SOURCE.iterdir()):
    model = onnx.load(folder / "model.onnx")
    nodes = model.graph.node
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    if len(nodes) != 1 or nodes[0].domain or nodes[0].op_type not in claimed or "_expanded" in folder.name or size > LARGEST:
        continue
    if element_types(model) & NOT_HELD and folder.name not in TO_BE_REFUSED:
        continue
    shutil.copytree(folder, data / folder.name)
    copied += size
assert copied <= TOTAL, f"{copied} bytes"
print(len(list(data.iterdir())), "tests,", copied, "bytes")
