"""AttnLRP and CP-LRP of any PyTorch model, slowly, from the definitions of Achtibat et al. 2024 (arXiv:2402.05602).

Relevance is x ⊙ g at the image, where g is a gradient with these changes, applied to PyTorch's own functions as they are called:
activations keep the relevance of each element (g · f(x) / x); a normalisation's spread is a constant; of a product of two
activations each factor gets half (AttnLRP), or attention's weights count as constants (CP-LRP).
"""

import torch
import torch.nn.functional as F
from torch.overrides import TorchFunctionMode


def halved(x):
    return 0.5 * x + 0.5 * x.detach()


def identity(f, x):
    ratio = (f(x) / torch.where(x == 0, torch.ones_like(x), x)).detach()
    return x * ratio


def layer_norm(x, shape, weight=None, bias=None, eps=1e-5):
    axes = tuple(range(-len(shape), 0))
    centred = x - x.mean(axes, keepdim=True)
    spread = (centred.square().mean(axes, keepdim=True) + eps).sqrt().detach()
    y = centred / spread
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


class Rules(TorchFunctionMode):
    def __init__(self, attention):
        super().__init__()
        self.attention = attention  # uniform | values

    def product(self, weights, values):
        """Attention's weights times its values."""
        return halved(weights) @ halved(values) if self.attention == "uniform" else weights.detach() @ values

    def scores(self, q, k):
        return halved(q) @ halved(k)

    def sdpa(self, q, k, v, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, **_):
        scores = self.scores(q, k.transpose(-2, -1)) * (q.shape[-1] ** -0.5 if scale is None else scale)
        weights = torch.softmax(scores if attn_mask is None else scores + attn_mask, -1)
        return self.product(weights, v)

    def multi_head(self, query, key, value, width, heads, in_weight, in_bias, _k, _v, _z, _p, out_weight, out_bias, **_rest):
        qkv = (query @ in_weight.T + in_bias).unflatten(-1, (3, heads, width // heads))
        # [length, batch, 3, heads, size] to three of [batch, heads, length, size]
        q, k, v = qkv.permute(2, 1, 3, 0, 4)
        out = self.sdpa(q, k, v).permute(2, 0, 1, 3).flatten(-2)
        return out @ out_weight.T + out_bias, None

    def matmul(self, a, b):
        if not (a.requires_grad and b.requires_grad):
            return a @ b
        # A softmax's output sums to one along its last axis; q and kᵀ do not.
        is_weights = bool((a >= 0).all()) and torch.allclose(a.sum(-1), torch.ones((), dtype=a.dtype))
        return self.product(a, b) if is_weights else self.scores(a, b)

    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if func is F.layer_norm:
            return layer_norm(*args, **kwargs)
        if func in (F.gelu, F.relu, F.silu):
            return identity(lambda x: func(x, **kwargs), *args)
        if func is F.scaled_dot_product_attention:
            return self.sdpa(*args, **kwargs)
        if func is F.multi_head_attention_forward:
            return self.multi_head(*args, **kwargs)
        if func in (torch.matmul, torch.Tensor.matmul, torch.Tensor.__matmul__, torch.bmm):
            return self.matmul(*args)
        if func is F.dropout:
            return args[0]
        return func(*args, **kwargs)


def relevance(model, x, target, attention):
    """[N, 3, h, w]"""
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    x = x.clone().requires_grad_()
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    with Rules(attention):
        score = model(x)[:, target].sum()
    (gradient,) = torch.autograd.grad(score, x)
    torch.backends.mha.set_fastpath_enabled(fast)
    return (x * gradient).detach()
