"""Gradients (captum), Grad-CAM (pytorch-grad-cam) and AttnLRP (lxt; elsewhere twin.py) of vision transformers, in float64.

    python make.py

Writes NAME.onnx.gz, all.f24.gz and cases.json. Versions: ../requirements.txt and transformers==4.52.4, lxt==2.1 (which need
huggingface_hub<1, tokenizers 0.21, regex, accelerate, tabulate).
"""

import functools
import gzip
import json
import sys
from functools import partial
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import models  # noqa: E402
import twin  # noqa: E402
import architectures  # noqa: E402
import arrays  # noqa: E402
import torch  # noqa: E402
from traces import without_traces  # noqa: E402
from captum.attr import InputXGradient, Saliency  # noqa: E402
from pytorch_grad_cam import GradCAM  # noqa: E402
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget  # noqa: E402

INPUTS = 1


def export(model, sample, case, path):
    common = dict(input_names=["input"], output_names=["logits"], opset_version=case.opset)
    if case.exporter == "dynamo":
        program = torch.onnx.export(model, (sample,), dynamo=True, verbose=False, **common)
        for node in program.model.graph:
            node.metadata_props.clear()  # stack traces of this machine
        program.save(path, external_data=False)
    else:
        torch.onnx.export(model, (sample,), path, dynamo=False, **common)


def cams(model, case, x, target):
    cam = GradCAM(model=model, target_layers=[case.layer(model)], reshape_transform=case.to_grid)
    return torch.from_numpy(cam(input_tensor=x, targets=[ClassifierOutputTarget(target)] * len(x)))


def gradient_times_input(model, x, target):
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    x = x.clone().requires_grad_()
    model(x)[:, target].sum().backward()
    return (x * x.grad).detach()


def lxt_vit(attention, x, target):
    """LXT on torchvision's VisionTransformer, by its own patches.

    LXT comes with one map for this model, CP-LRP. For AttnLRP its wrapper of attention functions (queries and keys a quarter,
    values a half) goes around MultiheadAttention.forward instead of around transformers' functions: the factors act before the
    projections rather than after them, which a linear layer cannot tell.
    """
    from lxt.efficient import monkey_patch, patches
    from lxt.efficient.models.vit_torch import cp_LRP
    from torchvision.models import vision_transformer
    attend = torch.nn.MultiheadAttention
    attn_lrp = cp_LRP | {attend: partial(patches.patch_method, patches.wrap_attention_forward(attend.forward))}
    patched = [(nn_class, nn_class.forward) for nn_class in cp_LRP]
    monkey_patch(vision_transformer, attn_lrp if attention == "uniform" else None)
    try:
        return gradient_times_input(models.seeded("vit").double(), x, target)
    finally:
        for nn_class, forward in patched:
            nn_class.forward = forward


def lxt_clip(attention, x, target):
    """LXT has no map for CLIP; these are its own patches, put together as in its map for BERT."""
    from lxt.efficient import monkey_patch, patches
    from transformers.activations import QuickGELUActivation
    from transformers.models.clip import modeling_clip
    layer_norm, quick = torch.nn.LayerNorm.forward, QuickGELUActivation.forward
    attend, known = modeling_clip.eager_attention_forward, modeling_clip.ALL_ATTENTION_FUNCTIONS
    monkey_patch(modeling_clip, {
        torch.nn.LayerNorm: partial(patches.patch_method, patches.layer_norm_forward),
        QuickGELUActivation: partial(patches.patch_method, patches.non_linear_forward, keep_original=True),
        modeling_clip: patches.patch_attention if attention == "uniform" else patches.patch_cp_attention,
    })
    try:
        return gradient_times_input(models.seeded("clip").double(), x, target)
    finally:
        torch.nn.LayerNorm.forward, QuickGELUActivation.forward = layer_norm, quick
        modeling_clip.eager_attention_forward, modeling_clip.ALL_ATTENTION_FUNCTIONS = attend, known


LXT = {("vit", "values"): lxt_vit, ("vit", "uniform"): lxt_vit, ("clip", "uniform"): lxt_clip}
COMPOSITES = {"attnLrp": "uniform", "cpLrp": "values"}


def relevances(name, model, x, target, writer):
    """Adds the maps of both composites, summed over channels."""
    for composite, attention in COMPOSITES.items():
        if name == "clip":
            from transformers.activations import QuickGELUActivation
            original = QuickGELUActivation.forward
            QuickGELUActivation.forward = lambda self, x: twin.identity(lambda v: v * torch.sigmoid(1.702 * v), x)
        exact = twin.relevance(model, x, target, attention)
        if name == "clip":
            QuickGELUActivation.forward = original
        by = "twin"
        if (name, attention) in LXT:
            reference = LXT[name, attention](attention, x, target)
            distance = float((reference - exact).norm() / reference.norm())
            print(name, composite, "twin from lxt:", distance)
            assert distance < 1e-7
            exact, by = reference, "lxt 2.1"
        writer.add(exact.sum(1).numpy(), name=composite, by=by)


def make(name, writer):
    case = models.CASES[name]
    model = models.seeded(name)
    x = architectures.inputs(case.size)[:INPUTS]
    buffer = HERE / f"{name}.onnx"
    export(model, x[:1], case, str(buffer))
    (HERE / f"{name}.onnx.gz").write_bytes(gzip.compress(without_traces(buffer.read_bytes()), 9, mtime=0))
    buffer.unlink()
    if name == "vitTorchscript":  # the same model in another file
        return {"name": name, "exporter": case.exporter, "opset": case.opset, "same": "vit"}
    model, x = model.double(), x.double()
    targets = sorted(range(models.CLASSES), key=lambda c: -float((cams(model, case, x, c) > 0).double().mean((1, 2)).min()))
    target = targets[0]
    grid = []
    hook = case.layer(model).register_forward_hook(lambda m, i, o: grid.append(list(case.to_grid(o).shape[1:])))
    model(x[:1])
    hook.remove()
    writer.places.clear()
    writer.add(Saliency(model).attribute(x, target=target, abs=False).sum(1).detach().numpy(), name="gradient", by="captum")
    writer.add(InputXGradient(model).attribute(x, target=target).sum(1).detach().numpy(), name="inputXGradient", by="captum")
    writer.add(cams(model, case, x, target).numpy(), name="gradCam", by="pytorch-grad-cam")
    relevances(name, model, x, target, writer)
    return {"name": name, "exporter": case.exporter, "opset": case.opset, "size": case.size, "target": target,
            "layer": grid[0], "arrays": list(writer.places)}


def make_convnext(writer):
    """The ConvNeXt of ../gradients, by both composites alone."""
    model = architectures.seeded("convnext").double()
    x = architectures.inputs(architectures.ARCHITECTURES["convnext"].size)[:INPUTS].double()
    writer.places.clear()
    relevances("convnext", model, x, 0, writer)
    return {"name": "convnext", "exporter": "dynamo", "opset": 18, "size": x.shape[-1], "target": 0, "arrays": list(writer.places)}


if __name__ == "__main__":
    writer = arrays.Writer()
    cases = [make(name, writer) for name in models.CASES] + [make_convnext(writer)]
    writer.write(HERE / "all.f24.gz")
    (HERE / "cases.json").write_text(json.dumps(cases, indent=1) + "\n")
    for file in sorted(HERE.glob("*.gz")):
        print(file.name, file.stat().st_size)
