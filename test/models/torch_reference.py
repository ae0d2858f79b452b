"""PyTorch's own numbers: logits, the gradient of one, its float noise, and Grad-CAM of every module with a grid."""

import re
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from distances import largest, relative
from torch import nn
from weights import has_statistics

#: What float32 and float16 round away, relative to a value.
ROUNDING, HALF_ROUNDING = 2e-7, 5e-4
#: Positions below which a value has no grid worth a map.
FEW = 4


@contextmanager
def hooked(hooks):
    hooks = list(hooks)
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def contiguous(module, _, output):
    if torch.is_tensor(output) and output.requires_grad:
        output.register_hook(lambda gradient: gradient.contiguous())


def mended(model: nn.Module):
    """PyTorch 2.13 on the CPU computes a wrong gradient of an eval BatchNorm2d whose output gradient is permuted, as
    flatten(2).transpose(1, 2) leaves it; of a contiguous one it is right."""
    return hooked(m.register_forward_hook(contiguous) for m in model.modules() if has_statistics(m))


class Scores:
    """A model's logits [N, classes]; `reduce` makes them of what it returns."""

    def __init__(self, model: nn.Module, reduce=lambda out: out):
        self.model, self.reduce = model, reduce

    def __call__(self, image: torch.Tensor) -> torch.Tensor:
        return self.reduce(self.model(image))

    def gradient(self, image: torch.Tensor, target: int, dtype=torch.float32):
        """Logits [classes] and the gradient [3, h, w] of one of them."""
        self.model.to(dtype)
        try:
            with mended(self.model):
                x = image.to(dtype).clone().requires_grad_()
                logits = self(x)[0]
                (gradient,) = torch.autograd.grad(logits[target], x)
            return logits.detach().numpy().copy(), gradient[0].numpy().copy()
        finally:
            self.model.to(torch.float32)

    def exact(self, image, target):
        return self.gradient(image, target, torch.float64)

    def noisy(self, image, target, rounding=ROUNDING, draws=3):
        """The same with every module's output off by what is rounded away."""
        generator = torch.Generator().manual_seed(1)

        def disturb(_module, _inputs, output):
            if torch.is_tensor(output) and output.is_floating_point():
                return output * (1 + rounding * torch.randn(output.shape, generator=generator))

        leaves = [module for module in self.model.modules() if not list(module.children())]
        with hooked([leaf.register_forward_hook(disturb) for leaf in leaves]):
            return [self.gradient(image, target) for _ in range(draws)]

    def slope(self, image, direction: np.ndarray, target: int, step=1e-3) -> float:
        """The logit's change along a direction [3, h, w] of length 1, by central differences in double precision."""
        self.model.to(torch.float64)
        try:
            x, d = image.double(), torch.from_numpy(direction).double()[None] * step
            with torch.no_grad():
                return float(self(x + d)[0, target] - self(x - d)[0, target]) / (2 * step)
        finally:
            self.model.to(torch.float32)


def enlarged(maps: torch.Tensor, size) -> torch.Tensor:
    """[N, h, w]"""
    return F.interpolate(maps[None], size=size, mode="bilinear", align_corners=False)[0]


def cells_of(cam: np.ndarray, grid, size) -> np.ndarray:
    """The cells of which a map [h, w] is the enlargement, by least squares."""
    count = grid[0] * grid[1]
    basis = enlarged(torch.eye(count).reshape(count, *grid), size).reshape(count, -1).T.double().numpy()
    return np.linalg.lstsq(basis, cam.ravel().astype(np.float64), rcond=None)[0]


@dataclass(frozen=True)
class Grid:
    """What a module computes, and the gradient of the logit at it; both without the batch."""

    name: str
    module: nn.Module
    values: torch.Tensor
    gradient: torch.Tensor

    def as_channels(self, shape):
        """Values and gradient as [c, h, w], or None if this module's output is not of that shape."""
        channels, height, width = shape
        own = tuple(self.values.shape)
        if own == (channels, height, width):
            return self.values, self.gradient
        if own == (height, width, channels):
            return self.values.permute(2, 0, 1), self.gradient.permute(2, 0, 1)
        extra = own[0] - height * width if len(own) == 2 and own[1] == channels else -1
        if not 0 <= extra <= 8:  # tokens of no place come first
            return None
        return tuple(v[extra:].T.reshape(channels, height, width) for v in (self.values, self.gradient))

    def cells(self, shape) -> torch.Tensor | None:
        """Grad-CAM on the layer's own grid; None if this module's output is not of that shape."""
        both = self.as_channels(shape)
        if both is None:
            return None
        values, gradient = both
        return torch.relu((values * gradient.mean((1, 2), keepdim=True)).sum(0))

    def cam(self, shape, size) -> np.ndarray | None:
        """Grad-CAM [h, w] in the model's input."""
        cells = self.cells(shape)
        return None if cells is None else enlarged(cells[None], size)[0].numpy()


def grids(scores: Scores, image: torch.Tensor, target: int) -> list[Grid]:
    """In the order in which they were computed; only those that the logit depends on."""
    seen = []

    def keep(name):
        def hook(module, _inputs, output):
            if torch.is_tensor(output) and output.requires_grad and output.ndim in (3, 4):
                seen.append((name, module, output))
        return hook

    with hooked([m.register_forward_hook(keep(n)) for n, m in scores.model.named_modules() if n]), mended(scores.model):
        logit = scores(image.clone().requires_grad_())[0, target]
    gradients = torch.autograd.grad(logit, [output for _, _, output in seen], allow_unused=True)
    return [
        Grid(name, module, output.detach()[0], gradient[0])
        for (name, module, output), gradient in zip(seen, gradients)
        if gradient is not None
    ]


def of_images(grid: Grid) -> bool:
    own = tuple(grid.values.shape)
    return len(own) == 3 and own[1] * own[2] >= FEW and bool((grid.gradient != 0).any())


def kind_of(module: nn.Module) -> str:
    if isinstance(module, nn.Conv2d):
        return "convolution"
    if list(module.children()):
        return "block"
    return "norm" if "norm" in type(module).__name__.lower() else "other"


def specialists(found: list[Grid], named: list[str]) -> list[Grid]:
    """The layers of which one that knows the architecture would take one: those that the manifest names, else the last of
    each kind (convolution, norm, activation, block) that has a grid. Of tokens, also the first norm of the last block, which
    pytorch-grad-cam's README names for ViT and Swin."""
    if named:
        chosen = [grid for grid in found if any(matches(grid.name, name) for name in named)]
        if not chosen:
            raise ValueError(f"The model has no module {named}; the last ones are {[g.name for g in found[-6:]]}.")
        return chosen
    last = {}
    for grid in filter(of_images, found):
        last[kind_of(grid.module)] = grid
    for grid in found:
        first = re.search(r"\.\d+\.(norm1?)$", grid.name) if grid.values.ndim == 2 else None
        if first and bool((grid.gradient != 0).any()):
            last[f"{first[1]} of tokens"] = grid
    return list(last.values())


def matches(path: str, pattern: str) -> bool:
    """Whether a module's path ends with the pattern's parts."""
    parts, wanted = path.split("."), pattern.split(".")
    return parts[-len(wanted):] == wanted


def noise_of(scores: Scores, image, target, logits, gradient, rounding=ROUNDING) -> dict:
    """How far the framework's float32 numbers are from its own in double precision and under rounding."""
    exact_logits, exact = scores.exact(image, target)
    draws = scores.noisy(image, target, rounding)
    return {
        "predict": max(largest(logits, exact_logits), *(largest(y, logits) for y, _ in draws)),
        "gradient": max(relative(gradient, exact), *(relative(g, gradient) for _, g in draws)),
        "exact": exact,
    }
