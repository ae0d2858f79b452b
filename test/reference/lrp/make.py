"""LRP of VGG and ResNet under every composite by zennit, with its canonizers, in float64.

    python make.py

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
from zennit.composites import LayerMapComposite, layer_map_base  # noqa: E402
from zennit.rules import Epsilon  # noqa: E402
from zennit.torchvision import ResNetCanonizer, VGGCanonizer  # noqa: E402
from zennit.types import Convolution  # noqa: E402
from torch.nn import Linear  # noqa: E402

INPUTS = 2
LOW, HIGH = -3.0, 3.0


def all_epsilon(epsilon):
    return lambda canonizers, shape: LayerMapComposite(
        layer_map=layer_map_base() + [(Convolution, Epsilon(epsilon=epsilon)), (Linear, Epsilon(epsilon=epsilon))], canonizers=canonizers)


COMPOSITES = {
    "epsilonPlusFlat": lambda canonizers, shape: composites.EpsilonPlusFlat(canonizers=canonizers),
    "epsilonPlus": lambda canonizers, shape: composites.EpsilonPlus(canonizers=canonizers),
    "epsilonGammaBox": lambda canonizers, shape: composites.EpsilonGammaBox(
        low=torch.full(shape, LOW), high=torch.full(shape, HIGH), canonizers=canonizers),
    "epsilonAlpha2Beta1": lambda canonizers, shape: composites.EpsilonAlpha2Beta1(canonizers=canonizers),
    "epsilonAlpha2Beta1Flat": lambda canonizers, shape: composites.EpsilonAlpha2Beta1Flat(canonizers=canonizers),
    "epsilon": all_epsilon(1e-6),
}
MODELS = {"vgg": VGGCanonizer, "resnetBasic": ResNetCanonizer, "resnetBottleneck": ResNetCanonizer}


def run(name, make_composite, x, target):
    """Relevance [N, h, w], summed over channels."""
    model = architectures.seeded(name).to(x.dtype)
    with Gradient(model=model, composite=make_composite([MODELS[name]()], tuple(x.shape))) as attributor:
        # The batch norms are merged by now, but zennit leaves their eps: each would still shrink its input by 5e-6.
        for module in model.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.eps = 0.0
        _, relevance = attributor(x, torch.eye(architectures.CLASSES, dtype=x.dtype)[[target] * INPUTS])
    return relevance.sum(1)


def make(name):
    architecture = architectures.ARCHITECTURES[name]
    x = architectures.inputs(architecture.size)[:INPUTS].double()
    target = json.loads((HERE.parent / "gradients/cases.json").read_text())
    target = next(case for case in target if case["name"] == name)["targets"][0]["index"]
    writer = arrays.Writer()
    for composite, make_composite in COMPOSITES.items():
        exact, rough = (run(name, make_composite, x.to(dtype), target) for dtype in (torch.float64, torch.float32))
        own = [float((r - e).norm() / e.norm()) for e, r in zip(exact, rough.double())]
        writer.add(exact.numpy(), composite=composite, float32Distance=own)
        print(name, composite, exact.sum((1, 2)).tolist(), exact.abs().max().item(), own, flush=True)
    return {"name": name, "target": target, "low": LOW, "high": HIGH, "arrays": writer.write(HERE / f"{name}.f24.gz")}


if __name__ == "__main__":
    (HERE / "cases.json").write_text(json.dumps([make(name) for name in MODELS], indent=1) + "\n")
