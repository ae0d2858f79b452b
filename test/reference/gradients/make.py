"""Gradient, input×gradient and Grad-CAM of every architecture by captum and pytorch-grad-cam, in float64.

    python make.py [NAME …]

Writes NAME.onnx.gz (the model), NAME.f24.gz (the arrays, see ../arrays.py) and one cases.json. Versions: ../requirements.txt.
"""

import gzip
import json
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import architectures  # noqa: E402
import arrays  # noqa: E402
import torch  # noqa: E402
from traces import without_traces  # noqa: E402
from captum.attr import InputXGradient, LayerGradCam, Saliency  # noqa: E402
from pytorch_grad_cam import GradCAM  # noqa: E402
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget  # noqa: E402

def export(model, sample, architecture, path):
    common = dict(input_names=["input"], output_names=["logits"], opset_version=architecture.opset)
    if architecture.exporter == "dynamo":
        torch.onnx.export(model, (sample,), path, dynamo=True, external_data=False, verbose=False, **common)
    else:
        torch.onnx.export(model, (sample,), path, dynamo=False, **common)


def attributions(model, x, target):
    """float64 arrays: logits [N, classes], gradient and input×gradient [N, 3, h, w], Grad-CAM [N, h, w] at the layer and at the input."""
    model, x = model.to(x.dtype), x.clone().requires_grad_()
    cam = LayerGradCam(model, model.features).attribute(x, target=target, relu_attributions=True)
    return {
        "logits": model(x),
        "gradient": Saliency(model).attribute(x, target=target, abs=False),
        "inputXGradient": InputXGradient(model).attribute(x, target=target).sum(1),
        "gradCam": cam[:, 0],
    }


def targets_with_a_map(model, x):
    """The two classes whose Grad-CAM is least blank over all inputs."""
    shares = []
    for target in range(architectures.CLASSES):
        cam = LayerGradCam(model, model.features).attribute(x, target=target, relu_attributions=True)
        shares.append(((cam > 0).float().mean((1, 2, 3)).min().item(), cam.mean().item(), target))
    return [target for *_, target in sorted(shares, reverse=True)[:2]]


def numpy(tensors):
    return {name: tensor.detach().double().numpy() for name, tensor in tensors.items()}


def distances(exact, rough):
    """Relative L2 distance of each input's array, the float32 run's own error."""
    out = {}
    for name, reference in exact.items():
        flat = reference.reshape(len(reference), -1)
        difference = np.linalg.norm(rough[name].reshape(flat.shape) - flat, axis=1)
        norm = np.linalg.norm(flat, axis=1)
        out[name] = [float(d / n) if n > 0 else 0.0 for d, n in zip(difference, norm)]
    return out


def inputs_of(size):
    """How many inputs: fewer where each is large, to keep the fixtures small."""
    return 4 if size < 96 else 2


def make(name):
    architecture = architectures.ARCHITECTURES[name]
    model = architectures.seeded(name)
    x = architectures.inputs(architecture.size)[:inputs_of(architecture.size)]
    buffer = HERE / f"{name}.onnx"
    export(model, x[:1], architecture, str(buffer))
    (HERE / f"{name}.onnx.gz").write_bytes(gzip.compress(without_traces(buffer.read_bytes()), 9, mtime=0))
    buffer.unlink()

    found, case = [], {"name": name, "exporter": architecture.exporter, "opset": architecture.opset, "size": architecture.size, "targets": []}
    targets = targets_with_a_map(model, x)
    for target in targets:
        rough = numpy(attributions(model, x, target))
        exact = numpy(attributions(model, x.double(), target))
        model.float()
        case["targets"].append({"index": target, "float32Distance": distances(exact, rough)})
        found.append(exact)
    cam = GradCAM(model=model, target_layers=[model.features])(input_tensor=x[:1], targets=[ClassifierOutputTarget(targets[0])])
    model.float()
    with torch.no_grad():
        case["layer"] = list(model.features(x[:1]).shape[1:])
    # To keep the fixtures small: channels apart and the second target for the first input only; of large ones input x gradient too.
    channels = found[0]["gradient"][:1]
    for exact in found:
        exact["gradient"] = exact["gradient"].sum(1)
    kept = len(x) if architecture.size < 96 else 1
    first = {**found[0], "inputXGradient": found[0]["inputXGradient"][:kept], "gradientChannels": channels, "pytorchGradCam": cam}
    second = {key: found[1][key][:1] for key in ("gradient", "gradCam")}
    writer = arrays.Writer()
    for target, exact in ((targets[0], first), (targets[1], second)):
        for key, array in exact.items():
            writer.add(array, target=target, name=key)
    case["arrays"] = writer.write(HERE / f"{name}.f24.gz")
    return case


if __name__ == "__main__":
    names = sys.argv[1:] or list(architectures.ARCHITECTURES)
    index = HERE / "cases.json"
    cases = {case["name"]: case for case in json.loads(index.read_text())} if index.exists() else {}
    for name in names:
        cases[name] = make(name)
        print(name, (HERE / f"{name}.onnx.gz").stat().st_size, (HERE / f"{name}.f24.gz").stat().st_size,
              {k: f"{max(v):.1e}" for k, v in cases[name]["targets"][0]["float32Distance"].items()}, flush=True)
    index.write_text(json.dumps([cases[name] for name in sorted(cases)], indent=1) + "\n")
    sizes = {size: architectures.inputs(size) for size in sorted({case["size"] for case in cases.values()})}
    for size, x in sizes.items():
        (HERE / f"inputs{size}.f16.gz").write_bytes(gzip.compress(x[:inputs_of(size)].half().numpy().astype("<f2").tobytes(), 9, mtime=0))
