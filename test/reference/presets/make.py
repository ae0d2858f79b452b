"""What captum and zennit give with all their own defaults, in float64, summed over the channels: what our presets of that name give.

captum's Grad-CAM is of the layer's size; ours is that, resampled.

    python make.py

Writes all.f24.gz (see ../arrays.py) and cases.json; the models are those of ../gradients. captum draws GradientSHAP's steps from
NumPy's global generator. Defaults that other folders hold already (LRP, SmoothGrad, occlusion, the CAM family, lime, shap) are
not made again. Versions: ../requirements.txt.
"""

import json
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import architectures  # noqa: E402
import arrays  # noqa: E402
import torch  # noqa: E402
from captum.attr import LRP, GradientShap, IntegratedGradients, LayerGradCam, Saliency  # noqa: E402
import zennit.attribution  # noqa: E402
from zennit.attribution import IntegratedGradients as ZennitIntegratedGradients  # noqa: E402
from zennit.attribution import SmoothGrad as ZennitSmoothGrad  # noqa: E402

TARGET, SEED = 1, 3


def by_zennit(attributor, model, x):
    def output(logits):
        return torch.nn.functional.one_hot(torch.full((len(logits),), TARGET), logits.shape[1]).to(logits)

    with attributor(model, attr_output=output) as run:
        return run(x)[1]


def zennit_smooth(model, x):
    """With NumPy's noise in place of torch's."""
    random = np.random.default_rng(SEED)
    zennit.attribution.torch.randn_like = lambda like: torch.from_numpy(random.standard_normal(tuple(like.shape)))
    return by_zennit(ZennitSmoothGrad, model, x)


class FunctionalFlatten(torch.nn.Module):
    """The model without Flatten modules, for which captum's LRP has no rule."""

    def __init__(self, model):
        super().__init__()
        self.features = model.features
        self.pool, _, *head = model.head
        self.head = torch.nn.Sequential(*head)

    def forward(self, x):
        return self.head(self.pool(self.features(x)).flatten(1))


def captum_shap(model, x):
    np.random.seed(SEED)
    return GradientShap(model).attribute(x, baselines=torch.zeros_like(x), target=TARGET)


def captum_cam(model, x):
    return LayerGradCam(model, model.features).attribute(x, target=TARGET)


# What is new goes to the end: the arrays before it stay where they are.
CASES = [
    ("captum", "integratedGradients", "timmResnet", lambda model, x: IntegratedGradients(model).attribute(x, target=TARGET)),
    ("captum", "gradientShap", "resnetBasic", captum_shap),
    ("captum", "lrp", "vgg", lambda model, x: LRP(FunctionalFlatten(model)).attribute(x, target=TARGET)),
    ("zennit", "integratedGradients", "resnetBasic", lambda model, x: by_zennit(ZennitIntegratedGradients, model, x)),
    ("zennit", "smoothGrad", "resnetBasic", zennit_smooth),
    ("captum", "gradient", "mobilenetV2", lambda model, x: Saliency(model).attribute(x, target=TARGET)),
    *(("captum", "gradCam", name, captum_cam) for name in ("densenet", "regnet", "shufflenet", "vgg")),
]

if __name__ == "__main__":
    writer = arrays.Writer()
    for preset, method, name, run in CASES:
        model = architectures.seeded(name).double()
        for module in model.modules():
            if isinstance(module, torch.nn.ReLU):
                module.inplace = False
        size = architectures.ARCHITECTURES[name].size
        x = architectures.inputs(size)[:1].double()
        writer.add(run(model, x).detach()[0].sum(0).numpy(), preset=preset, method=method, model=name, size=size, target=TARGET, seed=SEED)
        print(preset, method, name, flush=True)
    (HERE / "cases.json").write_text(json.dumps(writer.write(HERE / "all.f24.gz"), indent=1) + "\n")
