"""RISE of the tiny classifier by its authors' own code, in float64.

    python make.py PATH/TO/RISE/explanations.py

The file is that of https://github.com/eclique/RISE at d91ea00 (MIT licence); it is run, not kept here. Its masks come from NumPy's global
generator. Writes all.f24.gz and cases.json. Versions: ../requirements.txt and tqdm.
"""

import importlib.util
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import arrays  # noqa: E402
import tiny  # noqa: E402

CASES = [
    dict(masks=300, grid=7, p=0.5, seed=1),
    dict(masks=200, grid=8, p=0.1, seed=2),
    dict(masks=65, grid=5, p=0.3, seed=3),
]


class Probabilities(torch.nn.Module):
    def forward(self, images):
        logits = tiny.classify(images.numpy().transpose(0, 2, 3, 1))
        return torch.softmax(torch.from_numpy(logits), 1)


def run(rise_class, masks, grid, p, seed):
    """[classes, h, w]"""
    explainer = rise_class(Probabilities(), (tiny.SIZE, tiny.SIZE), gpu_batch=64)
    np.random.seed(seed)
    with tempfile.TemporaryDirectory() as folder:
        saved = f"{folder}/masks.npy"
        explainer.generate_masks(masks, grid, p, saved)
        explainer.masks = torch.from_numpy(np.load(saved))  # not rounded to float32
    return explainer(torch.from_numpy(tiny.picture().transpose(2, 0, 1)[None] / 255))


if __name__ == "__main__":
    torch.Tensor.cuda = lambda self: self  # there may be no such device
    spec = importlib.util.spec_from_file_location("explanations", sys.argv[1])
    authors = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(authors)
    writer = arrays.Writer()
    for case in CASES:
        writer.add(run(authors.RISE, **case).numpy(), **case)
    (HERE / "cases.json").write_text(json.dumps(writer.write(HERE / "all.f24.gz"), indent=1) + "\n")
