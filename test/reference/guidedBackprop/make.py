"""Guided backpropagation in float64: by captum where every rectifier is a module, elsewhere by a direct twin.

    python make.py

captum's GuidedBackprop hooks nn.ReLU modules; rectifiers that a network calls as functions (GoogLeNet, Inception) and
ReLU6 it leaves as they are. The twin is the rule itself in place of every rectifier's backward; the script holds it to
captum's numbers wherever captum reaches all of them. The models are those of ../gradients. Writes all.f24.gz and cases.json.
Versions: ../requirements.txt.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import architectures  # noqa: E402
import arrays  # noqa: E402
import torch  # noqa: E402
from captum.attr import GuidedBackprop  # noqa: E402

BY_CAPTUM = [
    "vgg", "squeezenet", "shufflenet", "alexnet", "resnetBasic", "resnetBottleneck", "resnext", "regnet", "mnasnet", "densenet",
    "mobilenetV3", "timmResnet", "timmByobnet",
]
BY_TWIN = ["googlenet", "inception", "mobilenetV2"]
INPUTS = 1


class Guided(torch.autograd.Function):
    """R_in = 1[0 < x < most] · 1[R > 0] · R"""

    @staticmethod
    def forward(context, x, most):
        context.save_for_backward((x > 0) & (x < most))
        return x.clamp(0, most)

    @staticmethod
    def backward(context, relevance):
        (through,) = context.saved_tensors
        return relevance.clamp(min=0) * through, None


def twin(model, x, target):
    functional = torch.nn.functional
    relu, hardtanh, relu6 = functional.relu, functional.hardtanh, functional.relu6
    functional.relu = lambda x, inplace=False: Guided.apply(x, float("inf"))
    functional.relu6 = lambda x, inplace=False: Guided.apply(x, 6.0)
    functional.hardtanh = lambda x, low, high, inplace=False: Guided.apply(x, high) if low == 0 else hardtanh(x, low, high)
    try:
        x = x.detach().clone().requires_grad_()
        model(x)[0, target].backward()
        return x.grad
    finally:
        functional.relu, functional.hardtanh, functional.relu6 = relu, hardtanh, relu6


if __name__ == "__main__":
    writer = arrays.Writer()
    targets = {case["name"]: case["targets"][0]["index"] for case in json.loads((HERE.parent / "gradients/cases.json").read_text())}
    for name in BY_CAPTUM + BY_TWIN:
        model = architectures.seeded(name).double()
        for module in model.modules():
            if isinstance(module, (torch.nn.ReLU, torch.nn.ReLU6)):
                module.inplace = False
        x = architectures.inputs(architectures.ARCHITECTURES[name].size)[:INPUTS].double().requires_grad_()
        direct = twin(model, x, targets[name])
        captum = GuidedBackprop(model).attribute(x, target=targets[name]).detach()
        apart = float((captum - direct).norm() / direct.norm())
        print(name, apart)
        if name in BY_CAPTUM:
            assert apart < 1e-12, (name, apart)
        by = "captum" if name in BY_CAPTUM else "twin"
        values = captum if name in BY_CAPTUM else direct
        writer.add(values.sum(1).numpy(), name=name, by=by, target=targets[name])
    (HERE / "cases.json").write_text(json.dumps(writer.write(HERE / "all.f24.gz"), indent=1) + "\n")
