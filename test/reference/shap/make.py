"""What `shap` makes of the tiny classifier: KernelExplainer over a grid of segments, PartitionExplainer over pixels.

    python make.py

Versions: ../requirements.txt, and shap 0.51.0.
"""

import itertools
import json
import math
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import shap  # noqa: E402
import tiny  # noqa: E402
from arrays import Writer  # noqa: E402

KERNEL = [
    dict(rows=2, columns=4, samples=1000),
    dict(rows=3, columns=3, samples=600),
    dict(rows=3, columns=3, samples=300),
    dict(rows=4, columns=6, samples=200),
    dict(rows=5, columns=5, samples=400),
    dict(rows=4, columns=6, samples=300, l1Reg="num_features(5)"),
    dict(rows=4, columns=6, samples=300, l1Reg="aic"),
    dict(rows=4, columns=6, samples=300, l1Reg="bic"),
    dict(rows=4, columns=6, samples=300, l1Reg="0.002"),
]
PARTITION = [
    dict(samples=60, masker="zero"),
    dict(samples=61, masker="grey"),
    dict(samples=100, masker="blur(5,5)"),
    dict(samples=100, masker="blur(4,7)"),
    dict(samples=60, masker="inpaint_telea"),
    dict(samples=60, masker="inpaint_ns"),
]


def value_of(rows, columns):
    """The game: segments hidden are black."""
    image, segments = tiny.picture() / 255, tiny.grid(rows, columns)
    return lambda z: tiny.classify(image[None] * np.asarray(z)[:, segments][..., None])


def exact(f, n):
    """Shapley values by their definition."""
    sets = {s: i for i, s in enumerate(s for k in range(n + 1) for s in itertools.combinations(range(n), k))}
    worth = f(np.array([[i in s for i in range(n)] for s in sets], float))
    out = np.zeros((n, worth.shape[1]))
    for s, at in sets.items():
        for i in set(range(n)) - set(s):
            weight = math.factorial(len(s)) * math.factorial(n - len(s) - 1) / math.factorial(n)
            out[i] += weight * (worth[sets[tuple(sorted((*s, i)))]] - worth[at])
    return out


def kernel(rows, columns, samples, l1Reg="off"):
    n, f = rows * columns, value_of(rows, columns)
    np.random.seed(0)
    explainer = shap.KernelExplainer(f, np.zeros((1, n)))
    reg = False if l1Reg == "off" else float(l1Reg) if l1Reg[0].isdigit() else l1Reg
    values = explainer.shap_values(np.ones((1, n)), nsamples=samples, l1_reg=reg, silent=True)[0]
    out = dict(values=np.asarray(values).T.tolist())
    if samples >= 2**n - 2:
        out["exact"] = exact(f, n).T.tolist()
    return out


def partition(samples, masker, target):
    values = dict(zero=0, grey=np.full((tiny.SIZE, tiny.SIZE, 3), 127.5))
    image = shap.maskers.Image(values.get(masker, masker), (tiny.SIZE, tiny.SIZE, 3))
    np.random.seed(0)
    explainer = shap.PartitionExplainer(lambda x: tiny.classify(np.asarray(x) / 255), image)
    found = explainer(tiny.picture()[None], max_evals=samples, batch_size=10, outputs=[target], silent=True)
    return found.values[0, ..., 0]


kernels = [{**case, **kernel(**case)} for case in KERNEL]
arrays = Writer()
for case in PARTITION:
    arrays.add(partition(**case, target=1).sum(-1), **case)
places = arrays.write(HERE / "partition.f24.gz")
(HERE / "cases.json").write_text(json.dumps(dict(kernel=kernels, partition=places)))
