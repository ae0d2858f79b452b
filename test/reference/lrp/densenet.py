"""LRP of the DenseNet of ../gradients, which zennit's canonizers do not cover: slowly, in float64, each layer by its definition.

    python densenet.py

A function's "gradient" here is its relevance rule, so that PyTorch's own backward pass hands relevance through concatenations.
A batch normalisation behind a convolution is part of it; one before a ReLU shares relevance by scale · input of scale · input +
shift. Writes densenet.f24.gz and densenet.json.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import architectures  # noqa: E402
import arrays  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

STABILISER = 1e-6
LOW, HIGH = -3, 3


def stabilised(z):
    return z + STABILISER * torch.where(z >= 0, 1.0, -1.0).to(z.dtype)


def pulled_back(f, x, s):
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        return torch.autograd.grad(f(x), x, s)[0]


def by_rule(f, rule):
    """f, whose backward pass is `rule(x, y, relevance)`."""
    class Rule(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            y = f(x)
            ctx.save_for_backward(x, y)
            return y

        @staticmethod
        def backward(ctx, relevance):
            return rule(*ctx.saved_tensors, relevance)
    return Rule.apply


def proportional(f):
    return by_rule(f, lambda x, y, r: x * pulled_back(f, x, r / stabilised(y)))


def z_plus(conv, weight, bias):
    up, down = weight.clamp(min=0), weight.clamp(max=0)

    def rule(x, y, r):
        positive, negative = x.clamp(min=0), x.clamp(max=0)
        z = conv(positive, up) + conv(negative, down)
        z = z if bias is None else z + bias.clamp(min=0)[:, None, None]
        s = r / stabilised(z)
        return positive * pulled_back(lambda v: conv(v, up), x, s) + negative * pulled_back(lambda v: conv(v, down), x, s)
    return by_rule(lambda x: conv(x, weight) + (0 if bias is None else bias[:, None, None]), rule)


def flat(conv, weight, bias):
    ones = torch.ones_like(weight)
    return by_rule(
        lambda x: conv(x, weight) + (0 if bias is None else bias[:, None, None]),
        lambda x, y, r: pulled_back(lambda v: conv(v, ones), x, r / stabilised(conv(torch.ones_like(x), ones))))


class Network:
    """The forward pass of torchvision's DenseNet, module by module."""

    def __init__(self, split, convolution, first):
        self.features, self.classifier = split.features[0], split.head[-1]
        self.convolution, self.first = convolution, first

    def conv(self, x, conv, norm=None, first=False):
        weight, bias = conv.weight, conv.bias
        if norm is not None:
            scale = norm.weight / (norm.running_var + norm.eps).sqrt()
            weight, bias = weight * scale[:, None, None, None], norm.bias - norm.running_mean * scale
        apply = lambda x, w: F.conv2d(x, w, None, conv.stride, conv.padding)  # noqa: E731
        rule = self.first if first else self.convolution
        return rule(apply, weight, bias)(x)

    def norm_relu(self, x, norm):
        scale = norm.weight / (norm.running_var + norm.eps).sqrt()
        shift = norm.bias - norm.running_mean * scale
        x = proportional(lambda v: v * scale[:, None, None] + shift[:, None, None])(x)
        return self.relu(x)

    def relu(self, x):
        return by_rule(F.relu, lambda x, y, r: r)(x)

    def __call__(self, x):
        f = self.features
        x = F.max_pool2d(self.relu(self.conv(x, f.conv0, f.norm0, first=True)), 3, 2, 1)
        for name, block in f.named_children():
            if name.startswith("denseblock"):
                for layer in block.values() if hasattr(block, "values") else block.children():
                    y = self.relu(self.conv(self.norm_relu(x, layer.norm1), layer.conv1, layer.norm2))
                    x = torch.cat([x, self.conv(y, layer.conv2)], 1)
            elif name.startswith("transition"):
                x = proportional(lambda v: F.avg_pool2d(v, 2))(self.conv(self.norm_relu(x, block.norm), block.conv))
        x = self.norm_relu(x, f.norm5)
        x = proportional(lambda v: v.mean((2, 3)))(x)
        return proportional(lambda v: F.linear(v, self.classifier.weight, self.classifier.bias))(x)


def epsilon(conv, weight, bias):
    return proportional(lambda x: conv(x, weight) + (0 if bias is None else bias[:, None, None]))


def plain(conv, weight, bias):
    return lambda x: conv(x, weight) + (0 if bias is None else bias[:, None, None])


def two_sided(conv, over, under, bias):
    """z of what `over` takes of inputs above 0 and `under` of those below, and the relevance that it spreads."""
    def spread(x, r):
        positive, negative = x.clamp(min=0), x.clamp(max=0)
        z = conv(positive, over) + conv(negative, under)
        s = r / stabilised(z if bias is None else z + bias[:, None, None])
        return positive * pulled_back(lambda v: conv(v, over), x, s) + negative * pulled_back(lambda v: conv(v, under), x, s)
    return spread


def gamma(conv, weight, bias, by=0.25):
    up, down = weight + by * weight.clamp(min=0), weight + by * weight.clamp(max=0)
    raises = two_sided(conv, up, down, None if bias is None else bias + by * bias.clamp(min=0))
    lowers = two_sided(conv, down, up, None if bias is None else bias + by * bias.clamp(max=0))
    return by_rule(plain(conv, weight, bias), lambda x, y, r: raises(x, r * (y > 0)) + lowers(x, r * (y <= 0)))


def z_box(conv, weight, bias):
    up, down = weight.clamp(min=0), weight.clamp(max=0)

    def rule(x, y, r):
        low, high = torch.full_like(x, LOW), torch.full_like(x, HIGH)
        s = r / stabilised(conv(x, weight) - conv(low, up) - conv(high, down))
        part = lambda at, w: at * pulled_back(lambda v: conv(v, w), x, s)  # noqa: E731
        return part(x, weight) - part(low, up) - part(high, down)
    return by_rule(plain(conv, weight, bias), rule)


COMPOSITES = {
    "epsilonPlusFlat": (z_plus, flat), "epsilonPlus": (z_plus, z_plus), "epsilon": (epsilon, epsilon),
    "epsilonGammaBox": (gamma, z_box),
}

if __name__ == "__main__":
    inputs = architectures.inputs(architectures.ARCHITECTURES["densenet"].size)[:1]
    target, writer = 1, arrays.Writer()

    def run(dtype, convolution, first):
        model, x = architectures.seeded("densenet").to(dtype), inputs.to(dtype)
        image = x.clone().requires_grad_()
        logits = Network(model, convolution, first)(image)
        assert torch.allclose(logits, model(x), atol=1e-4), "the forward pass is another"
        (relevance,) = torch.autograd.grad(logits, image, torch.eye(architectures.CLASSES, dtype=dtype)[[target]])
        return relevance.sum(1).detach()

    for composite, rules in COMPOSITES.items():
        exact, rough = run(torch.float64, *rules), run(torch.float32, *rules).double()
        own = [float((rough - exact).norm() / exact.norm())]
        print(composite, float(exact.sum()), float(exact.abs().max()), own)
        writer.add(exact.numpy(), composite=composite, float32Distance=own)
    places = writer.write(HERE / "densenet.f24.gz")
    case = {"name": "densenet", "target": target, "low": LOW, "high": HIGH, "arrays": places}
    (HERE / "densenet.json").write_text(json.dumps([case], indent=1) + "\n")
