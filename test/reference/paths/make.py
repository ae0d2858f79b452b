"""Integrated gradients and SmoothGrad by captum, GradientSHAP by shap, in float64, summed over the channels.

    python make.py

Writes all.f24.gz (see ../arrays.py) and cases.json; the models are those of ../gradients. SmoothGrad's noise and GradientSHAP's
steps are NumPy's for the seed, so that ours can be the same. Versions: ../requirements.txt.
"""

import json
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import architectures  # noqa: E402
import arrays  # noqa: E402
import torch  # noqa: E402
from captum.attr import IntegratedGradients, NoiseTunnel, Saliency  # noqa: E402
from shap.explainers._gradient import _PyTorchGradient  # noqa: E402

COMMON = ("integratedGradients", "smoothGrad", "gradientShap")
# Model → what is kept of it, so that the files stay small.
MODELS = {
    "resnetBasic": (*COMMON, "integratedGradients black", "smoothGrad square", "smoothGrad variance", "smoothGrad captum"),
    "densenet": COMMON[:2], "mobilenetV2": COMMON, "timmNfnet": COMMON, "convnext": COMMON,
}
TARGETS = (1, 4)
SEED = 3
NOISE = 0.15
BLACK = -2.0  # what the tests say that a black pixel becomes


class SeededTunnel(NoiseTunnel):
    """captum's, with NumPy's noise in place of torch's."""

    def _add_noise_to_input(self, input, stdev, samples):
        noise = np.random.default_rng(SEED).standard_normal((samples, *input.shape[1:])) * stdev
        return input.repeat_interleave(samples, dim=0) + torch.from_numpy(noise).to(input.dtype)


def integrated(model, x, target, baseline):
    return IntegratedGradients(model).attribute(x, baselines=baseline, target=target, n_steps=50)


def smooth(model, x, target, kind, samples, sigma):
    tunnel = SeededTunnel(Saliency(model))
    return tunnel.attribute(x, nt_type=kind, nt_samples=samples, stdevs=float(sigma), target=target, abs=False)


def expected(model, x, target):
    torch.set_default_dtype(x.dtype)  # shap makes its samples in torch's default type
    values = _PyTorchGradient(model, torch.zeros_like(x)).shap_values(x, nsamples=40, rseed=SEED)
    torch.set_default_dtype(torch.float32)
    return torch.from_numpy(values[..., target])


def attributions(model, x, target, wanted):
    model = model.to(x.dtype)
    sigma = NOISE * (x.max() - x.min()).item()
    methods = {
        "integratedGradients": lambda: integrated(model, x, target, 0),
        "integratedGradients black": lambda: integrated(model, x, target, torch.full_like(x, BLACK)),
        "smoothGrad": lambda: smooth(model, x, target, "smoothgrad", 25, sigma),
        "smoothGrad square": lambda: smooth(model, x, target, "smoothgrad_sq", 25, sigma),
        "smoothGrad variance": lambda: smooth(model, x, target, "vargrad", 25, sigma),
        "smoothGrad captum": lambda: smooth(model, x, target, "smoothgrad", 5, 1.0),
        "gradientShap": lambda: expected(model, x, target),
    }
    return {key: methods[key]() for key in wanted}


def make():
    writer = arrays.Writer()
    for name, wanted in MODELS.items():
        model = architectures.seeded(name)
        size = architectures.ARCHITECTURES[name].size
        x = architectures.inputs(size)[:1]
        for target in TARGETS[: 2 if name == "resnetBasic" else 1]:
            kept = wanted if target == TARGETS[0] else COMMON[:1]
            rough = attributions(model, x, target, kept)
            exact = attributions(model, x.double(), target, kept)
            model.float()
            for key, array in exact.items():
                summed = array.detach()[0].sum(0).numpy()
                distance = np.linalg.norm(rough[key].detach()[0].sum(0).double().numpy() - summed) / np.linalg.norm(summed)
                writer.add(summed, model=name, size=size, method=key, target=target, float32Distance=float(distance))
                print(name, target, key, f"{distance:.0e}", flush=True)
    cases = writer.write(HERE / "all.f24.gz")
    (HERE / "cases.json").write_text(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    make()
