"""LRP of VGG and ResNet under every composite by zennit, with its canonizers, in float64; and of other families, for which
canonizers.py has canonizers.

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
from canonizers import COMPOSITES, HIGH, LOW, FamilyCanonizer, Gated  # noqa: E402
from zennit.attribution import Gradient  # noqa: E402
from zennit.canonizers import SequentialMergeBatchNorm  # noqa: E402
from zennit.rules import Pass  # noqa: E402
from zennit.torchvision import ResNetCanonizer, VGGCanonizer  # noqa: E402


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
