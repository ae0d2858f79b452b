"""The CAM family's maps by pytorch-grad-cam, in float64, at the layer's own resolution: before ReLU, resizing and min-max.

    python make.py

Writes all.f24.gz (see ../arrays.py) and cases.json; the models are those of ../gradients. Versions: ../requirements.txt.
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
from pytorch_grad_cam import AblationCAM, EigenCAM, GradCAMPlusPlus, HiResCAM, LayerCAM, ScoreCAM, XGradCAM  # noqa: E402
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget  # noqa: E402

# Ablation-CAM ablates further and further below within a batch (its minimum is taken over what it ablated before): one at a time.
METHODS = {
    "gradCamPlusPlus": GradCAMPlusPlus,
    "hiResCam": HiResCAM,
    "layerCam": LayerCAM,
    "xGradCam": XGradCAM,
    "eigenCam": EigenCAM,
    "scoreCam": ScoreCAM,
    "ablationCam": lambda **options: AblationCAM(batch_size=1, **options),
}

# Model → indices of the parts of `features` that are looked at; None: all of it.
LAYERS = {
    **{name: [None] for name in architectures.ARCHITECTURES},
    "resnetBasic": [None, 5],
}
TARGETS = (1, 4)


class Chosen(torch.nn.Module):
    """A part of a network under a name of its own: pytorch-grad-cam replaces layers by attribute."""

    def __init__(self, split, upto):
        super().__init__()
        count = len(split.features) if upto is not None else None
        self.layer = split.features if upto is None else split.features[: upto + 1]
        self.rest = split.head if upto is None else torch.nn.Sequential(*split.features[upto + 1 : count], split.head)

    def forward(self, x):
        return self.rest(self.layer(x))


def raw(name, model, x, target):
    """The method's own map [N, h, w] for each input, one after the other."""
    maps = []
    for image in x[:, None]:
        with METHODS[name](model=model, target_layers=[model.layer]) as cam:
            wanted = [ClassifierOutputTarget(target)]
            outputs = cam.activations_and_grads(image)
            model.zero_grad()
            outputs[0, target].backward(retain_graph=True)
            activations = cam.activations_and_grads.activations[0].numpy()
            gradients = cam.activations_and_grads.gradients[0].numpy()
            with torch.no_grad():
                maps.append(cam.get_cam_image(image, model.layer, wanted, activations, gradients, False)[0])
    return np.stack(maps).astype(np.float64)


def oriented(maps):
    """The sign that pytorch-grad-cam's SegEigenCAM gives a component."""
    return np.stack([-each if abs(each.min()) > abs(each.max()) else each for each in maps])


def positive(name, model, x, target):
    maps = raw(name, model, x, target)
    return np.maximum(oriented(maps) if name == "eigenCam" else maps, 0)


def make():
    writer = arrays.Writer()
    for name, layers in LAYERS.items():
        for upto in layers:
            model = Chosen(architectures.seeded(name), upto).eval()
            size = architectures.ARCHITECTURES[name].size
            x = architectures.inputs(size)[:2]
            with torch.no_grad():
                shape = list(model.layer(x[:1]).shape[1:])
            for method in METHODS:
                for target in TARGETS[: 1 if method == "eigenCam" else 2]:
                    rough = positive(method, model.float(), x, target)
                    exact = positive(method, model.double(), x.double(), target)
                    if not np.isfinite(exact).all():  # Ablation-CAM divides by the class's score, which squeezenet's ReLU makes 0
                        continue
                    distance = [float(np.linalg.norm(r - e) / (np.linalg.norm(e) or 1)) for r, e in zip(rough, exact)]
                    writer.add(exact, model=name, size=size, layer=shape, method=method, target=target, float32Distance=distance)
                    print(name, upto, method, target, [f"{d:.0e}" for d in distance], (exact > 0).mean((1, 2)), flush=True)
    cases = writer.write(HERE / "all.f24.gz")
    (HERE / "cases.json").write_text(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    make()
