"""Real architectures, shrunk and seeded, for comparing our numbers with the reference libraries.

Each is a `Split(features, head)`: the output of `features` is the layer that Grad-CAM looks at. Weights sit on a coarse grid,
so that a model file compresses to a tenth; batch-norm statistics are calibrated, so that activations stay sane.
"""

import functools
import sys
from dataclasses import dataclass
from typing import Callable

import torch
from torch import nn

import torchvision_operators  # noqa: F401  (must come before torchvision)
import timm
from torchvision.models import (
    alexnet, convnext, densenet, efficientnet, inception, mnasnet, mobilenetv2, mobilenetv3,
    regnet, resnet, shufflenetv2, squeezenet, vgg,
)

googlenet = sys.modules["torchvision.models.googlenet"]  # the package's attribute of that name is a function

CLASSES = 10


class Split(nn.Module):
    def __init__(self, features: nn.Module, head: nn.Module):
        super().__init__()
        self.features, self.head = features, head

    def forward(self, x):
        return self.head(self.features(x))


class Call(nn.Module):
    """A bound method as a module, so that it can be hooked."""

    def __init__(self, owner: nn.Module, method: str):
        super().__init__()
        self.owner, self.method = owner, method

    def forward(self, x):
        return getattr(self.owner, self.method)(x)


def pooled(features: nn.Module, classifier: nn.Module) -> Split:
    return Split(features, nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), classifier))


def timm_model(name: str) -> Split:
    model = timm.create_model(name, num_classes=CLASSES)
    return Split(Call(model, "forward_features"), Call(model, "forward_head"))


def make_resnet(block, layers, **options) -> Split:
    model = resnet.ResNet(block, layers, num_classes=CLASSES, **options)
    # The same blocks, an eighth as wide.
    model.inplanes = 8
    model.conv1, model.bn1 = nn.Conv2d(3, 8, 7, 2, 3, bias=False), nn.BatchNorm2d(8)
    for i, count in enumerate(layers):
        setattr(model, f"layer{i + 1}", model._make_layer(block, 8 << i, count, stride=1 if i == 0 else 2))
    model.fc = nn.Linear(64 * block.expansion, CLASSES)
    body = nn.Sequential(model.conv1, model.bn1, model.relu, model.maxpool, model.layer1, model.layer2, model.layer3, model.layer4)
    return pooled(body, model.fc)


def make_densenet() -> Split:
    model = densenet.DenseNet(growth_rate=8, block_config=(2, 3, 3, 2), num_init_features=16, num_classes=CLASSES)
    return pooled(nn.Sequential(model.features, nn.ReLU()), model.classifier)


def make_vgg() -> Split:
    body = vgg.make_layers([16, "M", 32, "M", 48, 48, "M", 48, 64, "M"], batch_norm=True)
    head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Dropout(), nn.Linear(64, CLASSES))
    return Split(body, head)


def make_alexnet() -> Split:
    model = alexnet(num_classes=CLASSES)
    # The same layers, an eighth as wide.
    narrow, channels = [], 3
    for layer in model.features:
        if isinstance(layer, nn.Conv2d):
            width = layer.out_channels // 8
            layer = nn.Conv2d(channels, width, layer.kernel_size, layer.stride, layer.padding)
            channels = width
        narrow.append(layer)
    head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(), nn.Linear(channels, 64), nn.ReLU(), nn.Linear(64, CLASSES))
    return Split(nn.Sequential(*narrow), head)


class NarrowInceptionConv(inception.BasicConv2d):
    def __init__(self, inputs, outputs, **options):
        super().__init__(inputs if inputs == 3 else inputs // 8, outputs // 8, **options)


def make_inception() -> Split:
    blocks = [NarrowInceptionConv] + [
        functools.partial(block, conv_block=NarrowInceptionConv)
        for block in (inception.InceptionA, inception.InceptionB, inception.InceptionC, inception.InceptionD, inception.InceptionE)
    ] + [inception.InceptionAux]
    model = inception.Inception3(num_classes=CLASSES, aux_logits=False, inception_blocks=blocks, init_weights=False)
    names = [name for name, _ in model.named_children() if name not in ("avgpool", "dropout", "fc")]
    return pooled(nn.Sequential(*(getattr(model, name) for name in names)), nn.Linear(256, CLASSES))


class NarrowGoogleConv(googlenet.BasicConv2d):
    def __init__(self, inputs, outputs, **options):
        super().__init__(inputs if inputs == 3 else inputs // 8, outputs // 8, **options)


def make_googlenet() -> Split:
    blocks = [NarrowGoogleConv, functools.partial(googlenet.Inception, conv_block=NarrowGoogleConv), googlenet.InceptionAux]
    model = googlenet.GoogLeNet(num_classes=CLASSES, aux_logits=False, blocks=blocks, init_weights=False)
    names = [name for name, _ in model.named_children() if name not in ("avgpool", "dropout", "fc", "aux1", "aux2")]
    return pooled(nn.Sequential(*(getattr(model, name) for name in names)), nn.Linear(128, CLASSES))


def make_mobilenet_v2() -> Split:
    model = mobilenetv2.MobileNetV2(num_classes=CLASSES, width_mult=0.25, inverted_residual_setting=[
        [1, 16, 1, 1], [6, 24, 2, 2], [6, 32, 2, 2], [6, 64, 1, 2]])
    model.features[-1] = nn.Sequential(nn.Conv2d(model.features[-1][0].in_channels, 96, 1, bias=False), nn.BatchNorm2d(96), nn.ReLU6())
    return pooled(model.features, nn.Linear(96, CLASSES))


def make_mobilenet_v3() -> Split:
    settings, _ = mobilenetv3._mobilenet_v3_conf("mobilenet_v3_small", width_mult=0.25)
    model = mobilenetv3.MobileNetV3(settings, last_channel=64, num_classes=CLASSES)
    return Split(model.features, nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), model.classifier))


def make_efficientnet() -> Split:
    conf = functools.partial(efficientnet.MBConvConfig, width_mult=0.25, depth_mult=0.4)
    settings = [conf(1, 3, 1, 32, 16, 1), conf(6, 3, 2, 16, 24, 2), conf(6, 5, 2, 24, 40, 2), conf(6, 3, 2, 40, 80, 2), conf(6, 5, 1, 80, 112, 1)]
    model = efficientnet.EfficientNet(settings, dropout=0.0, num_classes=CLASSES)
    return pooled(model.features, model.classifier[-1])


def make_mnasnet() -> Split:
    model = mnasnet.MNASNet(0.15, num_classes=CLASSES)
    model.layers[14] = nn.Conv2d(model.layers[14].in_channels, 64, 1, bias=False)
    model.layers[15] = nn.BatchNorm2d(64)
    return pooled(model.layers, nn.Linear(64, CLASSES))


def make_shufflenet() -> Split:
    model = shufflenetv2.ShuffleNetV2([2, 3, 2], [8, 16, 32, 48, 96], num_classes=CLASSES)
    body = nn.Sequential(model.conv1, model.maxpool, model.stage2, model.stage3, model.stage4, model.conv5)
    return pooled(body, model.fc)


def make_squeezenet() -> Split:
    fire = squeezenet.Fire
    body = nn.Sequential(
        nn.Conv2d(3, 16, 3, stride=2), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True), fire(16, 8, 16, 16), fire(32, 8, 16, 16),
        nn.MaxPool2d(3, 2, ceil_mode=True), fire(32, 8, 24, 24), fire(48, 12, 32, 32),
        nn.Dropout(), nn.Conv2d(64, CLASSES, 1), nn.ReLU())
    return Split(body, nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()))


def make_regnet() -> Split:
    params = regnet.BlockParams(depths=[1, 1, 2, 1], widths=[16, 32, 48, 64], group_widths=[8, 8, 8, 8],
                                bottleneck_multipliers=[1.0] * 4, strides=[2] * 4, se_ratio=0.25)
    model = regnet.RegNet(params, num_classes=CLASSES, stem_width=16)
    return pooled(nn.Sequential(model.stem, model.trunk_output), model.fc)


def make_convnext() -> Split:
    setting = [convnext.CNBlockConfig(16, 32, 1), convnext.CNBlockConfig(32, 48, 1), convnext.CNBlockConfig(48, None, 1)]
    model = convnext.ConvNeXt(setting, layer_scale=0.5, num_classes=CLASSES)
    return Split(model.features, nn.Sequential(model.avgpool, model.classifier))


@dataclass(frozen=True)
class Architecture:
    build: Callable[[], Split]
    exporter: str  # torchscript | dynamo: PyTorch's two exporters
    size: int = 48
    opset: int = 17
    seed: int = 0  # another one where a ReLU's input happens to be so near 0 that float32 and float64 disagree


ARCHITECTURES: dict[str, Architecture] = {
    "alexnet": Architecture(make_alexnet, "torchscript", 96, 11),
    "convnext": Architecture(make_convnext, "dynamo", 48, 18),
    "densenet": Architecture(make_densenet, "torchscript", 64, 13),
    "efficientnet": Architecture(make_efficientnet, "dynamo", 48, 18),
    "googlenet": Architecture(make_googlenet, "torchscript", 48, 11),
    "inception": Architecture(make_inception, "torchscript", 112, 14),
    "mnasnet": Architecture(make_mnasnet, "dynamo", 48, 20, 1),
    "mobilenetV2": Architecture(make_mobilenet_v2, "torchscript", 48, 12, 1),
    "mobilenetV3": Architecture(make_mobilenet_v3, "dynamo", 48, 18),
    "regnet": Architecture(make_regnet, "torchscript", 48, 17),
    "resnetBasic": Architecture(lambda: make_resnet(resnet.BasicBlock, [1, 1, 1, 1]), "dynamo", 48, 18),
    "resnetBottleneck": Architecture(lambda: make_resnet(resnet.Bottleneck, [1, 1, 1, 1], width_per_group=64), "torchscript", 48, 12, 2),
    "resnext": Architecture(lambda: make_resnet(resnet.Bottleneck, [1, 1, 1, 1], groups=4, width_per_group=16), "dynamo", 48, 21, 1),
    "shufflenet": Architecture(make_shufflenet, "torchscript", 48, 16),
    "squeezenet": Architecture(make_squeezenet, "dynamo", 48, 18),
    "vgg": Architecture(make_vgg, "torchscript", 48, 15),
    "timmByobnet": Architecture(lambda: timm_model("test_byobnet"), "dynamo", 48, 18),
    "timmEfficientnet": Architecture(lambda: timm_model("test_efficientnet"), "torchscript", 48, 17),
    "timmNfnet": Architecture(lambda: timm_model("test_nfnet"), "dynamo", 48, 18),
    "timmResnet": Architecture(lambda: timm_model("test_resnet"), "torchscript", 48, 13),
}


def coarse(model: nn.Module) -> None:
    """Puts every weight matrix on 15 levels, in place, and the small vectors on 255."""
    with torch.no_grad():
        for tensor in [*model.parameters(), *(b for b in model.buffers() if b.dtype.is_floating_point)]:
            levels = 7 if tensor.ndim > 1 else 127
            step = tensor.abs().max() / levels
            if step > 0:
                tensor.copy_((tensor / step).round() * step)


def seeded(name: str) -> Split:
    """The architecture with seeded weights, its batch norms calibrated on seeded noise, in eval mode."""
    architecture = ARCHITECTURES[name]
    threads = torch.get_num_threads()
    torch.set_num_threads(2)  # the statistics' last bits depend on it, and what is put on a grid may fall on either side
    torch.manual_seed(sum(map(ord, name)) + architecture.seed)
    model = architecture.build()
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, nn.modules.batchnorm._BatchNorm):
                module.momentum = None  # cumulative: the statistics of what follows
                module.weight.uniform_(0.7, 1.3)
                module.bias.uniform_(-0.2, 0.2)
        coarse(model)
        model.train()
        for module in model.modules():
            if isinstance(module, nn.Dropout) or type(module).__name__ in ("StochasticDepth", "DropPath"):
                module.eval()
        for _ in range(3):
            model(torch.randn(8, 3, architecture.size, architecture.size))
        model.eval()
        coarse(model)
    torch.set_num_threads(threads)
    return model.eval()


def inputs(size: int, count: int = 4) -> torch.Tensor:
    """Seeded inputs as photographs are: smooth patches under some noise. [count, 3, size, size]"""
    generator = torch.Generator().manual_seed(20)
    patches = torch.randn(count, 3, size // 8, size // 8, generator=generator)
    smooth = torch.nn.functional.interpolate(patches, size=(size, size), mode="bicubic")
    noise = torch.randn(count, 3, size, size, generator=generator)
    # Halves of a float16: they compress, and are the same in every precision.
    return (smooth + 0.25 * noise).half().float()
