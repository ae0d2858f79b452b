"""Deletion and insertion by RISE's own evaluation code, max-sensitivity by captum and Quantus, the parameter randomisation test by
Quantus, rank correlations by scipy, quartiles and bootstrap intervals by numpy; all on the tiny classifier of ../tiny.py.

    python make.py PATH_OF_RISE

PATH_OF_RISE is a checkout of github.com/eclique/RISE at d91ea006d4bb9b7990347fe97086bdc0f5c1fe10, of which evaluation.py is run as
it is. Quantus 0.6.0 (--no-deps) beside ../requirements.txt. Writes cases.json: inputs that are generated here, and numbers.
"""

import json
import sys
import types
from pathlib import Path

import numpy as np
import scipy.ndimage
import scipy.stats
import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import tiny  # noqa: E402
import torchvision_operators  # noqa: E402, F401

SEED, SIZE = 3, tiny.SIZE


def network(dtype=torch.float64):
    model = torch.nn.Sequential(
        torch.nn.Conv2d(3, tiny.HIDDEN, 3, padding=1, bias=False), torch.nn.ReLU(), torch.nn.AdaptiveAvgPool2d(1),
        torch.nn.Flatten(), torch.nn.Linear(tiny.HIDDEN, tiny.CLASSES))
    with torch.no_grad():
        model[0].weight.copy_(torch.from_numpy(tiny.CONV))
        model[4].weight.copy_(torch.from_numpy(tiny.HEAD))
        model[4].bias.copy_(torch.from_numpy(tiny.BIAS))
    return model.to(dtype).eval()


def picture():
    return torch.from_numpy((tiny.picture().astype(np.float32) / np.float32(255)).transpose(2, 0, 1)[None].astype(np.float64))


# ---------------------------------------------------------------- RISE

def rise(folder):
    # What the script imports that is gone or not needed: an old name of scipy, and its plotting helpers.
    filters = types.ModuleType("scipy.ndimage.filters")
    filters.gaussian_filter = scipy.ndimage.gaussian_filter
    utils = types.ModuleType("utils")
    utils.np, utils.torch = np, torch
    sys.modules.update({"scipy.ndimage.filters": filters, "utils": utils})
    utils.nn = torch.nn
    sys.path.insert(0, folder)
    import evaluation

    evaluation.HW = SIZE * SIZE
    torch.Tensor.cuda = lambda self: self
    model = torch.nn.Sequential(network(torch.float32), torch.nn.Softmax(dim=1))
    kernel = evaluation.gkern(11, 5)
    blur = lambda x: torch.nn.functional.conv2d(x, kernel, padding=11 // 2)
    image = picture().float()
    target = int(model(image).argmax())
    out = []
    for seed in (21, 22):
        order_map = tiny.numbers((SIZE, SIZE), seed)
        case = {"seed": seed, "target": target}
        for mode, substrate in (("del", torch.zeros_like), ("ins", blur)):
            with torch.no_grad():
                scores = evaluation.CausalMetric(model, mode, SIZE, substrate).single_run(image.clone(), order_map)
            case[mode] = {"scores": scores.tolist(), "auc": float(evaluation.auc(scores))}
        out.append(case)
    return {"cases": out, "blur": blur(image)[0, 1, ::5, ::5].tolist()}


# ---------------------------------------------------------------- robustness

def saliency(model, x, target):
    from captum.attr import Saliency
    return Saliency(model).attribute(x, target=target, abs=False)


def noises(count, radius):
    random = np.random.default_rng(SEED)
    return [torch.from_numpy(((2 * random.random((1, 3, SIZE, SIZE)) - 1) * radius).astype(np.float32).astype(np.float64)) for _ in range(count)]


def sensitivity():
    from captum.metrics import sensitivity_max
    import quantus
    model, x, out = network(), picture(), []
    for target in range(tiny.CLASSES):
        for radius, samples in ((0.02, 10), (0.2, 20)):
            # captum hands over the image repeated; element by element the noise is ours.
            add = lambda batch: batch + torch.cat(noises(samples, radius))
            captum = sensitivity_max(lambda y: saliency(model, y, target), x, perturb_func=add, n_perturb_samples=samples)
            drawn = iter(noises(samples, radius))
            explain = lambda model, inputs, targets, **_: saliency(model, torch.as_tensor(inputs), target).sum(1, keepdim=True).numpy()
            metric = quantus.MaxSensitivity(nr_samples=samples, perturb_func=lambda arr, **_: arr + next(drawn).numpy().reshape(arr.shape),
                                            abs=False, normalise=False, disable_warnings=True)
            [score] = metric(model=model, x_batch=x.numpy(), y_batch=np.array([target]), channel_first=True, explain_func=explain)
            out.append({"target": target, "radius": radius, "samples": samples, "captum": float(captum), "quantus": float(score)})
    return out


def uniform(random, weights):
    values = weights.astype(np.float64)
    bound = np.sqrt(3 * (values**2).sum() / values.size)
    return ((2 * random.random(values.shape) - 1) * bound).astype(np.float32)


def permutation(random, weights):
    return weights.ravel()[random.permutation(weights.size)].reshape(weights.shape)


def randomisation():
    import quantus
    from quantus.helpers.model.pytorch_model import PyTorchModel
    out, x = [], picture()
    for name, draw in (("uniform", uniform), ("permutation", permutation)):
        random, model, models = np.random.RandomState(SEED), network(), []
        for layer in (model[4], model[0]):
            with torch.no_grad():
                for parameter in layer.parameters():
                    parameter.copy_(torch.from_numpy(draw(random, parameter.numpy().astype(np.float32)).astype(np.float64)))
            models.append(network())
            models[-1].load_state_dict(model.state_dict())
        # Quantus walks through our models instead of drawing its own weights.
        PyTorchModel.get_random_layer_generator = lambda self, order, seed: iter([("head", models[0]), ("conv", models[1])])
        PyTorchModel.random_layer_generator_length = property(lambda self: 2)
        for target in range(tiny.CLASSES):
            def explain(model, inputs, targets, **_):
                return saliency(model, torch.as_tensor(inputs), target).sum(1, keepdim=True).numpy()
            run = lambda **more: quantus.MPRT(abs=True, normalise=True, disable_warnings=True, **more)(
                model=network(), x_batch=x.numpy(), y_batch=np.array([target]), channel_first=True, explain_func=explain)
            scores = run()
            [average] = run(return_average_correlation=True)
            signed = [scipy.stats.spearmanr(explain(network(), x, 0).ravel(), explain(m, x, 0).ravel()).statistic for m in models]
            out.append({"weights": name, "target": target, "absolute": [scores["head"][0], scores["conv"][0]],
                        "signed": [float(each) for each in signed], "quantusAverage": float(average)})
    return out


# ---------------------------------------------------------------- comparison and statistics

def comparison():
    out = []
    for seed, levels in ((31, 0), (32, 4), (33, 2)):
        a, b = (tiny.numbers((12, 9), seed + k) for k in (0, 40))
        if levels:
            a, b = np.round(a * levels), np.round(b * levels)
        out.append({"a": a.ravel().tolist(), "b": b.ravel().tolist(), "spearman": float(scipy.stats.spearmanr(a.ravel(), b.ravel()).statistic)})
    return out


def statistics():
    out = []
    for n in (2, 3, 7, 40):
        values = np.round(np.abs(tiny.numbers((n,), 50 + n)), 3)
        draws = np.random.default_rng(SEED).integers(0, n, (1000, n))
        out.append({"values": values.tolist(), "mean": float(values.mean()), "quartiles": np.quantile(values, (0.25, 0.5, 0.75)).tolist(),
                    "interval": np.percentile(values[draws].mean(1), (2.5, 97.5)).tolist()})
    return out


if __name__ == "__main__":
    result = {"seed": SEED, "rise": rise(sys.argv[1]), "sensitivity": sensitivity(), "randomisation": randomisation(),
              "comparison": comparison(), "statistics": statistics()}
    (HERE / "cases.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")
