"""Random weights under which every part of a network counts.

As they are initialised, layer scales are 1e-6, the last batch norm of a block is 0 and statistics are those of no image: much
of the network would have no effect, and errors in it would not show.
"""

import math

import photo
import torch
from torch import nn

SCALES = ("gamma", "gamma_1", "gamma_2", "gamma_3", "ls1", "ls2", "layer_scale", "layer_scale_1", "layer_scale_2",
          "lambda_1", "lambda_2", "lambda1", "lambda2", "lambda3", "lambda4")


def has_statistics(module: nn.Module) -> bool:
    return any(isinstance(getattr(module, name, None), torch.Tensor) for name in ("running_mean", "running_var"))


def is_constant(p: torch.Tensor) -> bool:
    return p.numel() > 1 and bool((p == p.flatten()[0]).all())


def is_layer_scale(path: str, p: torch.Tensor, zero: bool) -> bool:
    named = path.split(".")[-1] in SCALES or "layerscale" in path.lower() or "layer_scale" in path.lower()
    return named or (not zero and is_constant(p) and float(p.abs().max()) <= 1e-2)


def redrawn(path: str, p: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """The parameter's new value."""
    uniform = lambda low, high: torch.rand(p.shape, generator=generator) * (high - low) + low  # noqa: E731
    normal = lambda spread: torch.randn(p.shape, generator=generator) * spread  # noqa: E731
    zero = bool((p == 0).all())
    if p.ndim <= 1 or p.numel() == max(p.shape):
        if is_layer_scale(path, p, zero):
            return uniform(0.2, 0.8)
        if zero:
            return normal(0.05) if "bias" in path.split(".")[-1] else uniform(0.3, 0.9)
        return uniform(0.7, 1.3) if bool((p == 1).all()) else p + normal(0.02)
    gain = float(p.std()) * math.sqrt(p[0].numel())
    if p.ndim == 4 and 0 < gain < 0.5 and "pos" not in path:
        return p / gain
    if zero:
        is_table = any(word in path for word in ("pos", "token", "bias"))
        return normal(0.02 if is_table else 1 / math.sqrt(p[0].numel()))
    if is_constant(p):
        return uniform(0.3, 0.9)
    return uniform(0.2, 0.8) if float(p.abs().max()) < 1e-3 else p


def redraw(model: nn.Module, seed: int = 7) -> nn.Module:
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for path, p in model.named_parameters():
            if p.dtype == torch.float32:
                p.copy_(redrawn(path, p, generator))
    return model.eval()


def calibrate(model: nn.Module, size, scale, mean, std) -> None:
    """Batch norms' statistics are those of crops of the photo, with a little noise."""
    norms = [module for module in model.modules() if has_statistics(module)]
    if not norms:
        return
    batch = torch.from_numpy(photo.crops(size, scale, mean, std)).permute(0, 3, 1, 2).contiguous()
    momenta = [(norm, norm.momentum) for norm in norms if hasattr(norm, "momentum")]
    for norm, _ in momenta:
        norm.momentum = 1.0
    for norm in norms:
        norm.train()
    with torch.no_grad():
        model(batch)
    for norm, momentum in momenta:
        norm.momentum = momentum
    model.eval()
    generator = torch.Generator().manual_seed(11)
    with torch.no_grad():
        for norm in norms:
            if isinstance(getattr(norm, "running_var", None), torch.Tensor):
                noise = torch.rand(norm.running_var.shape, generator=generator)
                norm.running_var.mul_(noise * 0.5 + 0.8).add_(1e-4)
