"""Vision transformers, shrunk and seeded, for comparing our numbers with the reference libraries.

Each is a `Case`: the model, the module whose output Grad-CAM looks at (as pytorch-grad-cam's documentation recommends for its
family), and how that output becomes [N, channels, height, width].
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

sys.path.insert(0, str(Path(__file__).parent.parent))
import torch  # noqa: E402
from torch import nn  # noqa: E402

import torchvision_operators  # noqa: E402, F401  (must come before torchvision)
import timm  # noqa: E402
from timm.models.deit import VisionTransformerDistilled  # noqa: E402
from torchvision.models import convnext, swin_transformer, vision_transformer  # noqa: E402
from transformers import CLIPVisionConfig, CLIPVisionModel  # noqa: E402

from architectures import coarse  # noqa: E402

CLASSES = 6


def tokens(prefix: int):
    """[N, tokens, C] to [N, C, side, side], without the first tokens, which stand for no place."""
    def to_grid(x):
        x = x[:, prefix:]
        side = int(x.shape[1] ** 0.5)
        return x.reshape(len(x), side, side, -1).permute(0, 3, 1, 2)
    return to_grid


def channels_last(x):
    return x.permute(0, 3, 1, 2)


class Clip(nn.Module):
    """A CLIP vision tower with a linear classifier behind it."""

    def __init__(self):
        super().__init__()
        self.tower = CLIPVisionModel(CLIPVisionConfig(
            hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4, image_size=48, patch_size=8))
        self.head = nn.Linear(32, CLASSES)

    def forward(self, x):
        return self.head(self.tower(pixel_values=x).pooler_output)


def vit():
    return vision_transformer.VisionTransformer(
        image_size=48, patch_size=8, num_layers=2, num_heads=4, hidden_dim=32, mlp_dim=64, num_classes=CLASSES)


def swin():
    return swin_transformer.SwinTransformer(
        patch_size=[2, 2], embed_dim=16, depths=[2, 2], num_heads=[2, 4], window_size=[4, 4], mlp_ratio=2.0, num_classes=CLASSES)


def narrow_convnext():
    setting = [convnext.CNBlockConfig(16, 32, 1), convnext.CNBlockConfig(32, None, 1)]
    return convnext.ConvNeXt(setting, layer_scale=0.5, num_classes=CLASSES)


def deit():
    return VisionTransformerDistilled(
        img_size=48, patch_size=8, embed_dim=32, depth=2, num_heads=4, mlp_ratio=2, num_classes=CLASSES)


def timm_vit(name: str, **options):
    return lambda: timm.create_model(name, num_classes=CLASSES, img_size=48, **options)


@dataclass(frozen=True)
class Case:
    build: Callable[[], nn.Module]
    layer: Callable[[nn.Module], nn.Module]
    to_grid: Callable[[torch.Tensor], torch.Tensor]
    exporter: str  # torchscript | dynamo
    opset: int
    size: int = 48


CASES: dict[str, Case] = {
    "vit": Case(vit, lambda m: m.encoder.layers[-1].ln_1, tokens(1), "dynamo", 18),
    "vitTorchscript": Case(vit, lambda m: m.encoder.layers[-1].ln_1, tokens(1), "torchscript", 17),
    "timmVit": Case(timm_vit("test_vit", patch_size=8, depth=2, embed_dim=32, num_heads=4), lambda m: m.blocks[-1].norm1, tokens(1), "torchscript", 14),
    "timmVitRegisters": Case(timm_vit("test_vit", patch_size=8, depth=2, embed_dim=32, num_heads=4, reg_tokens=4), lambda m: m.blocks[-1].norm1, tokens(5), "dynamo", 23),
    "deit": Case(deit, lambda m: m.blocks[-1].norm1, tokens(2), "dynamo", 20),
    "swin": Case(swin, lambda m: m.features[-1][-1].norm1, channels_last, "dynamo", 18),
    "clip": Case(Clip, lambda m: m.tower.vision_model.encoder.layers[-1].layer_norm1, tokens(1), "torchscript", 17),
}


def seeded(name: str) -> nn.Module:
    """The model with seeded weights on a coarse grid, so that its file compresses; norms and biases away from 1 and 0."""
    torch.manual_seed(sum(map(ord, name.removesuffix("Torchscript"))))
    model = CASES[name].build().eval()
    with torch.no_grad():
        for parameter_name, tensor in model.named_parameters():
            if tensor.ndim < 2:
                centre = 1.0 if "bias" not in parameter_name and tensor.mean() > 0.5 else 0.0
                tensor.uniform_(centre - 0.3, centre + 0.3)
            elif tensor.std() < 0.1:
                tensor.normal_(0, 0.8 / tensor[0].numel() ** 0.5 if tensor.ndim != 3 else 0.5)
        coarse(model)
    return model
