"""The composites under which zennit is asked, and canonizers for families that it has none for, made of its own parts: its Sum
for residual additions, its Pass rule for what a gate multiplies."""

import torch
from torch.nn import Linear
from torchvision.models import efficientnet, mnasnet, mobilenetv2, mobilenetv3, regnet
from torchvision.ops.misc import SqueezeExcitation
from zennit import composites
from zennit.canonizers import AttributeCanonizer, CompositeCanonizer, SequentialMergeBatchNorm
from zennit.composites import LayerMapComposite, layer_map_base
from zennit.layer import Sum
from zennit.rules import Epsilon
from zennit.types import Convolution

#: What inputs lie between, for ε-γ-box.
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
