"""Gradient and Grad-CAM by captum, in float64, of architectures as wide and deep as they are used, on 224 × 224 pixels.

    python make.py

Writes NAME.onnx.gz, all.f24.gz (see ../arrays.py) and cases.json. The weights are in no file: they are drawn by NumPy's legacy
generator, here and in the test, each tensor evenly between two bounds. The model's file says where in `weights.bin` it looks for
them. Of the gradient every eighth row and column is kept. Versions: ../requirements.txt.
"""

import gzip
import io
import json
import math
import sys
from pathlib import Path

import numpy as np
import onnx

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import architectures  # noqa: E402, F401  (torchvision imports after it only)
import arrays  # noqa: E402
import timm  # noqa: E402
import torch  # noqa: E402
import torchvision  # noqa: E402
from captum.attr import LayerGradCam, Saliency  # noqa: E402
from traces import without_traces  # noqa: E402

CLASSES, SIZE, TARGET, SEED, KEPT = 10, 224, 3, 5, 8
# Model, layer, exporter (dynamo or TorchScript), and the image's seed: one for which no rectifier and no maximum is so near a tie that
# float32 and float64 disagree.
MODELS = {
    "googlenet": (lambda: torchvision.models.googlenet(num_classes=CLASSES, aux_logits=False, init_weights=False), lambda model: model.inception5b, False, 7),
    "mnasnet1_0": (lambda: torchvision.models.mnasnet1_0(num_classes=CLASSES), lambda model: model.layers, True, 3),
    "skresnet18": (lambda: timm.create_model("skresnet18", num_classes=CLASSES), lambda model: model.layer4, False, 6),
}


def bounds(name, shape):
    """He's for matrices; batch normalisations and biases near those of a new network."""
    if len(shape) > 1:
        reach = round(math.sqrt(6 / math.prod(shape[1:])), 3)
        return -reach, reach
    return {"weight": (0.8, 1.2), "running_var": (0.8, 1.2)}.get(name.rsplit(".", 1)[1], (-0.1, 0.1))


def fill(model):
    """Draws every weight and statistic in the order of the state; returns name → [count, low, high]."""
    random, drawn = np.random.RandomState(SEED), {}
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            if tensor.dtype.is_floating_point:
                low, high = bounds(name, tensor.shape)
                tensor.copy_(torch.from_numpy((low + (high - low) * random.random_sample(tensor.numel())).astype(np.float32)).view(tensor.shape))
                drawn[name] = [tensor.numel(), low, high]
    return drawn


def export(model, drawn, dynamo, path):
    file = io.BytesIO()
    common = dict(input_names=["input"], output_names=["logits"])
    sample = torch.zeros(1, 3, SIZE, SIZE)
    if dynamo:
        torch.onnx.export(model, (sample,), file, dynamo=True, optimize=False, external_data=False, verbose=False, opset_version=18, **common)
    else:
        torch.onnx.export(model, (sample,), file, dynamo=False, do_constant_folding=False,
                          training=torch.onnx.TrainingMode.PRESERVE, opset_version=17, **common)
    proto = onnx.load_from_string(without_traces(file.getvalue()))
    for node in proto.graph.node:
        del node.metadata_props[:]
    del proto.graph.value_info[:], proto.graph.metadata_props[:]
    offsets, offset = {}, 0
    for name, (count, *_) in drawn.items():
        offsets[name] = offset
        offset += 4 * count
    found = set()
    for tensor in proto.graph.initializer:
        if tensor.name not in drawn:
            continue
        assert np.array_equal(onnx.numpy_helper.to_array(tensor), model.state_dict()[tensor.name].numpy()), tensor.name
        found.add(tensor.name)
        tensor.ClearField("raw_data")
        tensor.ClearField("float_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
        for key, value in (("location", "weights.bin"), ("offset", offsets[tensor.name]), ("length", 4 * drawn[tensor.name][0])):
            tensor.external_data.add(key=key, value=str(value))
    assert found == set(drawn), set(drawn) - found
    path.write_bytes(gzip.compress(proto.SerializeToString(), 9, mtime=0))


def attributions(model, layer, x):
    x = x.clone().requires_grad_()
    return {
        "gradient": Saliency(model).attribute(x, target=TARGET, abs=False)[0].sum(0)[::KEPT, ::KEPT],
        "gradCam": LayerGradCam(model, layer).attribute(x, target=TARGET, relu_attributions=True)[0, 0],
    }


if __name__ == "__main__":
    writer, cases = arrays.Writer(), []
    for name, (build, layer_of, dynamo, seed) in MODELS.items():
        noise = 2 * np.random.RandomState(seed).random_sample(3 * SIZE * SIZE) - 1
        x = torch.from_numpy(noise.astype(np.float32)).view(1, 3, SIZE, SIZE)
        model = build().eval()
        drawn = fill(model)
        export(model, drawn, dynamo, HERE / f"{name}.onnx.gz")
        rough = attributions(model, layer_of(model), x)
        model.double()
        for method, exact in attributions(model, layer_of(model), x.double()).items():
            distance = (rough[method].double() - exact).norm() / exact.norm()
            print(name, method, sum(count for count, *_ in drawn.values()), model(x.double())[0, TARGET].item(), f"{distance:.0e}", flush=True)
            writer.add(exact.detach().numpy(), model=name, method=method, float32Distance=distance.item())
        cases.append(dict(name=name, size=SIZE, seed=SEED, imageSeed=seed, target=TARGET, kept=KEPT, weights=list(drawn.values())))
    places = writer.write(HERE / "all.f24.gz")
    for case in cases:
        case["arrays"] = [place for place in places if place["model"] == case["name"]]
    lines = ",\n".join(json.dumps(case) for case in cases)
    (HERE / "cases.json").write_text(f"[\n{lines}\n]\n")
