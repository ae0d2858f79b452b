"""The Python side of `npm run bench`: one case in one process, timed one run at a time on request.

    python peer.py export MODEL FILE.onnx
    python peer.py CASE MODEL THREADS      then a line per command on standard input: run | end

Each `run` answers {"ms": …}, `end` answers {"peakMiB": …}. The Node side (ours.ts) does the same.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

# A waiting thread pool must not take the cores from the other side.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("KMP_BLOCKTIME", "0")

sys.path.insert(0, str(Path(__file__).parent.parent / "reference"))

import numpy as np  # noqa: E402
import torch  # noqa: E402
import torchvision_operators  # noqa: E402, F401
from torchvision import models  # noqa: E402

SIZE = 224
CLASSES = {"densenet121": 14, "resnet50": 1000, "vitB16": 1000}
BUILD = {"densenet121": models.densenet121, "resnet50": models.resnet50, "vitB16": models.vit_b_16}


def build(name):
    torch.manual_seed(0)
    return BUILD[name](num_classes=CLASSES[name]).eval()


def image():
    return torch.from_numpy(np.random.RandomState(0).rand(1, 3, SIZE, SIZE).astype(np.float32) * 2 - 1)


def last_layer(name, model):
    if name == "vitB16":
        return [model.encoder.layers[-1].ln_1]
    return [model.features[-1]] if name == "densenet121" else [model.layer4[-1]]


def tokens_to_grid(tensor):
    side = int((tensor.shape[1] - 1) ** 0.5)
    return tensor[:, 1:].reshape(len(tensor), side, side, -1).permute(0, 3, 1, 2)


def forward(name, model):
    x = image()

    def run():
        with torch.no_grad():
            model(x)

    return run


def gradient(name, model):
    x = image()

    def run():
        leaf = x.clone().requires_grad_()
        torch.autograd.grad(model(leaf)[0, 3], leaf)

    return run


def frozen(model):
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    return model


def grad_cam(classes):
    def case(name, model):
        from pytorch_grad_cam import GradCAM
        from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

        x = image()
        cam = GradCAM(model=model, target_layers=last_layer(name, model), reshape_transform=tokens_to_grid if name == "vitB16" else None)

        def run():
            for index in range(classes):
                cam(input_tensor=x, targets=[ClassifierOutputTarget(index)])

        return run

    return case


def lrp(name, model):
    from zennit.attribution import Gradient
    from zennit.composites import EpsilonPlusFlat
    from zennit.torchvision import ResNetCanonizer

    x = image()
    # None covers DenseNet: its batch norms stand before the convolutions, and there they pass relevance on.
    canonizers = [ResNetCanonizer()] if name == "resnet50" else []
    for module in model.modules():
        if isinstance(module, torch.nn.ReLU):
            module.inplace = False
    # Registered once, outside what is timed; the runs themselves are zennit's.
    attributor = Gradient(model=model, composite=EpsilonPlusFlat(canonizers=canonizers)).__enter__()
    target = torch.eye(CLASSES[name])[[3]]
    return lambda: attributor(x, target)


def integrated_gradients(batch):
    def case(name, model):
        from captum.attr import IntegratedGradients

        x, method = image(), IntegratedGradients(frozen(model))
        return lambda: method.attribute(x, target=3, n_steps=50, internal_batch_size=batch)

    return case


def pixels():
    """The image as lime and shap take it: [h, w, 3] of 0…255."""
    return np.random.RandomState(0).randint(0, 256, (SIZE, SIZE, 3)).astype(np.uint8)


def classifier(model):
    def classify(images):
        batch = torch.from_numpy(np.ascontiguousarray(np.asarray(images, dtype=np.float32).transpose(0, 3, 1, 2))) / 127.5 - 1
        with torch.no_grad():
            return torch.sigmoid(model(batch)).numpy()

    return classify


def grid_segments(side=7):
    step = SIZE // side
    rows, columns = np.mgrid[:SIZE, :SIZE] // step
    return rows * side + columns


def lime(samples):
    return lambda name, model: lime_of(name, model, samples)


def lime_of(name, model, samples):
    from lime.lime_image import LimeImageExplainer

    picture, classify, segments = pixels(), classifier(model), grid_segments()

    def run():
        explainer = LimeImageExplainer(random_state=0)
        explainer.explain_instance(picture, classify, labels=(3,), top_labels=None, hide_color=0, num_samples=samples,
                                   segmentation_fn=lambda _: segments)

    return run


# As in ours.ts.
FOUND, SEEDS, CONVERGED = 0.95, [1, 2, 3], 2000
COUNTS = [12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512]


def lime_until_found(name, model):
    from lime.lime_image import LimeImageExplainer

    picture, classify, segments = pixels(), classifier(model), grid_segments()

    def explained(samples, seed):
        explanation = LimeImageExplainer(random_state=seed).explain_instance(
            picture, classify, labels=(3,), top_labels=None, hide_color=0, num_samples=samples,
            segmentation_fn=lambda _: segments)
        values = np.zeros(segments.max() + 1)
        for segment, weight in explanation.local_exp[3]:
            values[segment] = weight
        return values

    converged = explained(CONVERGED, 0)
    needed = []
    for seed in SEEDS:
        found = next((n for n in COUNTS if np.corrcoef(explained(n, seed), converged)[0, 1] >= FOUND), COUNTS[-1])
        needed.append(found)
    turns = iter(range(10**9))

    def run():
        turn = next(turns) % len(SEEDS)
        explained(needed[turn], SEEDS[turn])

    run.note = f"{', '.join(map(str, needed))} samples"
    return run


def kernel_shap(samples):
    return lambda name, model: kernel_shap_of(name, model, samples)


def kernel_shap_of(name, model, samples):
    import shap

    picture, classify, segments = pixels(), classifier(model), grid_segments()
    count = segments.max() + 1

    def masked(masks, batch=10):
        out = []
        for start in range(0, len(masks), batch):
            keep = masks[start:start + batch][:, segments][..., None]
            out.append(classify(picture[None] * keep)[:, 3:4])
        return np.concatenate(out)

    explainer = shap.KernelExplainer(masked, np.zeros((1, count)))
    return lambda: explainer.shap_values(np.ones((1, count)), nsamples=samples, l1_reg=False, silent=True)


def attn_lrp(name, model):
    from lxt.efficient import monkey_patch
    from torchvision.models import vision_transformer

    monkey_patch(vision_transformer)
    x = image()
    frozen(model)

    def run():
        leaf = x.clone().requires_grad_()
        model(leaf)[0, 3].backward()
        return leaf * leaf.grad

    return run


CASES = {
    "forward": forward,
    "gradient": gradient,
    "gradCam1": grad_cam(1),
    "gradCam14": grad_cam(14),
    "lrp": lrp,
    "attnLrp": attn_lrp,
    # As captum comes, all steps at once; and 10 at a time, of 2, 5, 10, 25 and 50 its fastest here.
    "integratedGradients": integrated_gradients(None),
    "integratedGradients10": integrated_gradients(10),
    "lime": lime(1000),
    "lime100": lime(100),
    "limeUntilFound": lime_until_found,
    "kernelShap": kernel_shap(1000),
    "kernelShap100": kernel_shap(100),
}


def export(name, file):
    names = dict(input_names=["input"], output_names=["logits"])
    if name == "vitB16":  # its fused attention is beyond the older exporter
        torch.onnx.export(build(name), (image(),), file, dynamo=True, opset_version=18, external_data=False, **names)
    else:
        torch.onnx.export(build(name), (image(),), file, dynamo=False, opset_version=17, **names)


def serve(case, name, threads):
    torch.set_num_threads(threads)
    run = CASES[case](name, build(name))
    print(json.dumps({"ready": True, "note": getattr(run, "note", None)}), flush=True)
    for line in sys.stdin:
        if line.strip() == "end":
            break
        start = time.perf_counter()
        run()
        print(json.dumps({"ms": (time.perf_counter() - start) * 1000}), flush=True)
    print(json.dumps({"peakMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "export":
        export(sys.argv[2], sys.argv[3])
    else:
        serve(sys.argv[1], sys.argv[2], int(sys.argv[3]))
