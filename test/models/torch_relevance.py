"""LRP of the named subset by others: zennit's composite ε-plus-flat, and AttnLRP by the slow twin of ../reference."""

import sys
from pathlib import Path

import numpy as np
import torch
from torch_reference import hooked

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
sys.path += [str(REFERENCE / "lrp"), str(REFERENCE / "transformers")]


def zennit(model, image: torch.Tensor, target: int) -> torch.Tensor:
    from canonizers import COMPOSITES, FamilyCanonizer, Gated
    from torchvision.models.resnet import ResNet
    from zennit.attribution import Gradient
    from zennit.rules import Pass
    from zennit.torchvision import ResNetCanonizer

    canonizer = ResNetCanonizer if any(isinstance(m, ResNet) for m in model.modules()) else FamilyCanonizer
    composite = COMPOSITES["epsilonPlusFlat"]([canonizer()], tuple(image.shape), [(Gated, Pass())])
    with Gradient(model=model, composite=composite) as attributor:
        # Merged batch norms keep their eps, which would shrink what passes by 5e-6 each.
        norms = [(m, m.eps) for m in model.modules() if isinstance(m, torch.nn.BatchNorm2d)]
        for norm, _ in norms:
            norm.eps = 0.0
        classes = model(image).shape[1]
        _, relevance = attributor(image, torch.eye(classes, dtype=image.dtype)[[target]])
    for norm, eps in norms:
        norm.eps = eps
    return relevance


def twin(model, image: torch.Tensor, target: int) -> torch.Tensor:
    from twin import identity, relevance

    # CLIP's activation is written as a product, x · sigmoid(1.702 · x), which the twin cannot recognise.
    quick = [m for m in model.modules() if type(m).__name__ == "QuickGELUActivation"]
    with hooked([m.register_forward_hook(lambda _, inputs, y: identity(lambda _x: y, inputs[0])) for m in quick]):
        found = relevance(model, image, target, "uniform")
    for parameter in model.parameters():
        parameter.requires_grad_(True)
    return found


REFERENCES = {"zennit": zennit, "twin": twin}


def relevance(model, image, target, by: str, dtype=torch.float64) -> np.ndarray:
    """Relevance [h, w], summed over channels."""
    model.to(dtype)
    try:
        return REFERENCES[by](model, image.to(dtype).clone(), target).sum(1)[0].detach().numpy()
    finally:
        model.to(torch.float32)
