"""Files as ONNX Runtime's and other tools leave them: optimised, in half precision, quantised."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnxruntime import quantization as q
from onnxruntime.quantization.shape_inference import quant_pre_process
from onnxruntime.transformers import optimizer


class Calibration(q.CalibrationDataReader):
    """The image and its mirror images."""

    def __init__(self, image: np.ndarray):
        self.images = iter([{"input": np.ascontiguousarray(i)} for i in (image, image[:, :, ::-1], image[:, :, :, ::-1])])

    def get_next(self):
        return next(self.images, None)


def optimised(level):
    def write(source: Path, file: Path, image):
        options = ort.SessionOptions()
        options.graph_optimization_level = level
        options.optimized_model_filepath = str(file)
        options.log_severity_level = 3
        ort.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])
    return write


def transformers_optimizer(source, file, image):
    model = optimizer.optimize_model(str(source), model_type="vit", num_heads=3, hidden_size=192, opt_level=1)
    model.save_model_to_file(str(file))


def half(keep_io):
    def write(source, file, image):
        from onnxconverter_common import float16

        onnx.save(float16.convert_float_to_float16(onnx.load(str(source)), keep_io_types=keep_io), str(file))
    return write


def dynamic(weights):
    return lambda source, file, image: q.quantize_dynamic(str(source), str(file), weight_type=weights)


def static(**options):
    def write(source, file, image):
        prepared = file.with_suffix(".prepared.onnx")
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        q.quantize_static(str(prepared), str(file), Calibration(image), **options)
        prepared.unlink()
    return write


LEVELS = ort.GraphOptimizationLevel
TOOLS = {
    "ort-basic": optimised(LEVELS.ORT_ENABLE_BASIC),
    "ort-extended": optimised(LEVELS.ORT_ENABLE_EXTENDED),
    "ort-all": optimised(LEVELS.ORT_ENABLE_ALL),
    "ort-transformers": transformers_optimizer,
    "fp16": half(False),
    "fp16-keep-io": half(True),
    "int8-dynamic": dynamic(q.QuantType.QInt8),
    "uint8-dynamic": dynamic(q.QuantType.QUInt8),
    "qdq": static(quant_format=q.QuantFormat.QDQ),
    "qdq-per-channel": static(quant_format=q.QuantFormat.QDQ, per_channel=True, weight_type=q.QuantType.QInt8),
    "qoperator": static(quant_format=q.QuantFormat.QOperator),
}


def run(file: Path, image: np.ndarray, level=LEVELS.ORT_ENABLE_ALL) -> list[np.ndarray]:
    """All outputs of a file in ONNX Runtime, of an image as it wants it, in float32."""
    options = ort.SessionOptions()
    options.graph_optimization_level = level
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    wanted = session.get_inputs()[0]
    given = image.astype(np.float16) if "float16" in wanted.type else image
    return [np.asarray(out, dtype=np.float32) for out in session.run(None, {wanted.name: given})]
