"""Models that the tests of the import have: small ones that work, and one for each way to fail."""
import time

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, classes=4):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2))
        self.drop = nn.Dropout(0.5)
        self.head = nn.Linear(8, classes)

    def forward(self, image):
        return self.head(self.drop(self.features(image).mean((2, 3))))


def make():
    torch.manual_seed(3)
    return Net()


def other():
    return Net(classes=7)


def grey():
    return nn.Sequential(nn.Conv2d(1, 2, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())


class Answers(nn.Module):
    """Returns a dictionary, as segmentation models and those of transformers do."""

    def __init__(self):
        super().__init__()
        self.net = make()

    def forward(self, image):
        return {"features": image, "logits": self.net(image)}


class Branch(Net):
    """Computes something else for dark images."""

    def forward(self, image):
        return super().forward(image) if float(image.mean()) > 0 else super().forward(-image) * 2


class Unknown(nn.Module):
    """Has no counterpart in ONNX."""

    def forward(self, image):
        return torch.linalg.svd(image.mean(1))[1]


class Dice(Net):
    """Another answer each time."""

    def forward(self, image):
        return super().forward(image) + torch.rand(1)


class Listing(nn.Module):
    def forward(self, image):
        return image.mean((2, 3)).tolist()


def number():
    return 7


def sleepy():
    time.sleep(1000)


def downloads():
    from torch.hub import load_state_dict_from_url

    model = make()
    model.load_state_dict(load_state_dict_from_url("https://models.invalid/net.pth"))
    return model
