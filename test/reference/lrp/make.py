"""LRP of VGG and ResNet under every composite by zennit, with its canonizers, in float64; and of other families, for which
canonizers are written here with zennit's own parts: its Sum for residual additions, its Pass rule for what a gate multiplies.

    python make.py [NAME ...]

Reads the models' definitions from ../architectures.py (the .onnx.gz files beside ../gradients/make.py are the same models).
Writes NAME.f24.gz and cases.json. Versions: ../requirements.txt and zennit==0.5.1.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import architectures  # noqa: E402
import arrays  # noqa: E402
import torch  # noqa: E402
from zennit.attribution import Gradient  # noqa: E402
from zennit import composites  # noqa: E402
from zennit.canonizers import AttributeCanonizer, CompositeCanonizer, SequentialMergeBatchNorm  # noqa: E402
from zennit.composites import LayerMapComposite, layer_map_base  # noqa: E402
from zennit.layer import Sum  # noqa: E402
from zennit.rules import Epsilon, Pass  # noqa: E402
from zennit.torchvision import ResNetCanonizer, VGGCanonizer  # noqa: E402
from zennit.types import Convolution  # noqa: E402
from torch.nn import Linear  # noqa: E402
from torchvision.models import efficientnet, mnasnet, mobilenetv2, mobilenetv3, regnet  # noqa: E402
from torchvision.ops.misc import SqueezeExcitation  # noqa: E402

LOW, HIGH = -3.0, 3.0


def all_epsilon(epsilon):
    return lambda canonizers, shape, gates: LayerMapComposite(
        layer_map=[*gates, *layer_map_base(), (Convolution, Epsilon(epsilon=epsilon)), (Linear, Epsilon(epsilon=epsilon))],
        canonizers=canonizers)


def named(composite):
    return lambda canonizers, shape, gates: composite(canonizers=canonizers, layer_map=gates)


COMPOSITES = {
    "epsilonPlusFlat": named(composites.EpsilonPlusFlat),
    "epsilonPlus": named(composites.EpsilonPlus),
    "epsilonGammaBox": lambda canonizers, shape, gates: composites.EpsilonGammaBox(
        low=torch.full(shape, LOW), high=torch.full(shape, HIGH), canonizers=canonizers, layer_map=gates),
    "epsilonAlpha2Beta1": named(composites.EpsilonAlpha2Beta1),
    "epsilonAlpha2Beta1Flat": named(composites.EpsilonAlpha2Beta1Flat),
    "epsilon": all_epsilon(1e-6),
    "zero": all_epsilon(0.0),
}


class Gated(torch.nn.Module):
    """What a gate lets through of its one input, which keeps its relevance by the rule Pass."""

    def through(self, gate, x):
        self.gate = gate.detach()
        return self(x)

    def forward(self, x):
        return x * self.gate


def added(self, x, y):
    return self.canonizer_sum(torch.stack([x, y], dim=-1))


def inverted_residual(branch):
    """A block whose `branch` is added to its input."""
    return lambda self, x: added(self, x, getattr(self, branch)(x))


def regnet_block(self, x):
    return self.activation(added(self, x if self.proj is None else self.proj(x), self.f(x)))


def excitation(self, x):
    return self.canonizer_gated.through(self._scale(x), x)


BLOCKS = {
    mobilenetv2.InvertedResidual: inverted_residual("conv"),
    mobilenetv3.InvertedResidual: inverted_residual("block"),
    efficientnet.MBConv: inverted_residual("block"),
    mnasnet._InvertedResidual: inverted_residual("layers"),
    regnet.ResBottleneckBlock: regnet_block,
}


def overloads(name, module):
    if isinstance(module, SqueezeExcitation):
        return {"forward": excitation.__get__(module), "canonizer_gated": Gated()}
    forward = BLOCKS.get(type(module))
    residual = getattr(module, "use_res_connect", getattr(module, "apply_residual", True))
    return {"forward": forward.__get__(module), "canonizer_sum": Sum()} if forward and residual else None


class FamilyCanonizer(CompositeCanonizer):
    def __init__(self):
        super().__init__((SequentialMergeBatchNorm(), AttributeCanonizer(overloads)))


#: Of the models that zennit has no canonizer of its own for: every rule once.
OF_OTHERS = ["epsilonPlusFlat", "epsilonGammaBox", "epsilonAlpha2Beta1", "zero"]

#: With which canonizer, and of how many inputs.
MODELS = {
    "vgg": (VGGCanonizer, 2), "resnetBasic": (ResNetCanonizer, 2), "resnetBottleneck": (ResNetCanonizer, 2),
    **{name: (canonizer, 1) for name, canonizer in {
        "resnext": ResNetCanonizer, "alexnet": SequentialMergeBatchNorm, "squeezenet": SequentialMergeBatchNorm,
        "googlenet": SequentialMergeBatchNorm, "shufflenet": SequentialMergeBatchNorm, "mobilenetV2": FamilyCanonizer,
        "mobilenetV3": FamilyCanonizer, "mnasnet": FamilyCanonizer, "efficientnet": FamilyCanonizer, "regnet": FamilyCanonizer}.items()},
}


def run(name, make_composite, x, target):
    """Relevance [N, h, w], summed over channels."""
    model = architectures.seeded(name).to(x.dtype)
    canonizer, _ = MODELS[name]
    with Gradient(model=model, composite=make_composite([canonizer()], tuple(x.shape), [(Gated, Pass())])) as attributor:
        # The batch norms are merged at this point, but zennit leaves their eps: each would still shrink its input by 5e-6.
        for module in model.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.eps = 0.0
        _, relevance = attributor(x, torch.eye(architectures.CLASSES, dtype=x.dtype)[[target] * len(x)])
    return relevance.sum(1)


def make(name):
    architecture = architectures.ARCHITECTURES[name]
    x = architectures.inputs(architecture.size)[:MODELS[name][1]].double()
    target = json.loads((HERE.parent / "gradients/cases.json").read_text())
    target = next(case for case in target if case["name"] == name)["targets"][0]["index"]
    writer = arrays.Writer()
    for composite in COMPOSITES if MODELS[name][1] > 1 else OF_OTHERS:
        make_composite = COMPOSITES[composite]
        exact, rough = (run(name, make_composite, x.to(dtype), target) for dtype in (torch.float64, torch.float32))
        own = [float((r - e).norm() / e.norm()) for e, r in zip(exact, rough.double())]
        writer.add(exact.numpy(), composite=composite, float32Distance=own)
        print(name, composite, exact.sum((1, 2)).tolist(), exact.abs().max().item(), own, flush=True)
    return {"name": name, "target": target, "low": LOW, "high": HIGH, "arrays": writer.write(HERE / f"{name}.f24.gz")}


if __name__ == "__main__":
    path = HERE / "cases.json"
    cases = {case["name"]: case for case in json.loads(path.read_text())}
    for name in sys.argv[1:] or MODELS:
        cases[name] = make(name)
    path.write_text(json.dumps([cases[name] for name in MODELS if name in cases], indent=1) + "\n")
