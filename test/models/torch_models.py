"""The PyTorch models of the manifest: a row's set says which library, its other entries what is built."""

import importlib
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "reference"))
import torchvision_operators  # noqa: E402, F401  (must come before torchvision)
import torch  # noqa: E402
from torch import nn  # noqa: E402

CLASSES = 20
IMAGENET = {"scale": 255, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
HALVES = {"scale": 255, "mean": [0.5] * 3, "std": [0.5] * 3}
UNIT = {"scale": 255, "mean": [0.0] * 3, "std": [1.0] * 3}


class Logits(nn.Module):
    """Of what a library's model returns, the logits."""

    def __init__(self, model: nn.Module):
        super().__init__()
        self.model = model

    def forward(self, image):
        out = self.model(image)
        out = getattr(out, "logits", out)
        return out[0] if isinstance(out, (tuple, list)) else out


class DenseOutput(nn.Module):
    """Of a segmentation network's outputs, the one with a score per class and pixel."""

    def __init__(self, model: nn.Module):
        super().__init__()
        self.model = model

    def forward(self, image):
        out = self.model(image)
        return out["out"] if isinstance(out, dict) else out


def torchvision_model(row):
    import torchvision

    make = getattr(torchvision.models, row.get("builder", row["model"]))
    return Logits(make(num_classes=CLASSES, **row.get("options", {}))), IMAGENET


def timm_options(row):
    """JSON has no tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.get("options", {}).items()}


def timm_model(row):
    import timm

    model = timm.create_model(row["model"], num_classes=CLASSES, **timm_options(row))
    config = model.pretrained_cfg
    return Logits(model), {"scale": 255, "mean": list(config["mean"]), "std": list(config["std"])}


def transformers_model(row):
    os.environ["HF_HUB_OFFLINE"] = "1"
    transformers = importlib.import_module("transformers")
    config = getattr(transformers, row["config"])(num_labels=CLASSES, **row.get("options", {}))
    return Logits(getattr(transformers, row["builder"])(config)), HALVES


def yolo(name: str):
    os.environ["YOLO_OFFLINE"] = "1"
    from ultralytics import YOLO

    return YOLO(f"{name}.yaml", verbose=False)


def ultralytics_model(row):
    network = yolo(row["model"]).model
    for parameter in network.parameters():
        parameter.requires_grad_(True)
    return network, UNIT


def heads_model(row):
    library, options = row["library"], row.get("options", {})
    if library == "ultralytics":
        return ultralytics_model(row)
    if library == "smp":
        smp = importlib.import_module("segmentation_models_pytorch")
        return DenseOutput(getattr(smp, row["builder"])(encoder_weights=None, classes=5, **options)), IMAGENET
    segmentation = importlib.import_module("torchvision.models.segmentation")
    model = getattr(segmentation, row["builder"])(weights=None, weights_backbone=None, num_classes=5, **options)
    return DenseOutput(model), IMAGENET


BUILDERS = {
    "torchvision": torchvision_model,
    "processed": torchvision_model,
    "timm": timm_model,
    "transformers": transformers_model,
    "ultralytics": ultralytics_model,
    "heads": heads_model,
}


def build(row) -> tuple[nn.Module, dict]:
    """The model with its library's own random weights, and its preprocessing."""
    torch.manual_seed(7)
    return BUILDERS[row["set"]](row)
