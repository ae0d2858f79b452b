"""LIME and KernelSHAP of the tiny classifier by captum with its own defaults, in float64, with the masks that it drew.

    python surrogates.py

Writes surrogates.json. The lasso is solved further than by default, whose last digits are the solver's. Versions: ../requirements.txt.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import tiny  # noqa: E402
import torch  # noqa: E402
from captum._utils.models.linear_model import SkLearnLasso  # noqa: E402
from captum.attr import KernelShap, Lime  # noqa: E402

TARGET = 1
GRIDS = [(3, 3), (4, 4), (6, 6)]  # of the last there are more superpixels than samples


def forward(images):
    return torch.from_numpy(tiny.classify(images.numpy().transpose(0, 2, 3, 1)))


def run(method, rows, columns):
    image = torch.from_numpy(tiny.picture().transpose(2, 0, 1)[None] / 255)
    segments = torch.from_numpy(tiny.grid(rows, columns)).long().expand(1, 3, -1, -1)
    torch.manual_seed(rows)
    if method == "lime":
        explainer = Lime(forward, interpretable_model=SkLearnLasso(alpha=0.01, tol=1e-7, max_iter=100_000))
    else:
        explainer = KernelShap(forward)
    masks, values = [], []
    transform, model = explainer.from_interp_rep_transform, explainer.forward_func

    def noted(mask, *args, **kwargs):
        masks.append("".join(str(int(bit)) for bit in mask[0]))
        return transform(mask, *args, **kwargs)

    def valued(images):
        scores = model(images)
        values.append(scores[0, TARGET].item())
        return scores

    explainer.from_interp_rep_transform, explainer.forward_func = noted, valued
    found = explainer.attribute(image, target=TARGET, feature_mask=segments, return_input_shape=False)
    assert len(masks) == len(values)
    whole, hidden = (forward(images)[0, TARGET].item() for images in (image, torch.zeros_like(image)))
    return dict(method=method, rows=rows, columns=columns, target=TARGET, whole=whole, hidden=hidden, masks=masks,
                values=[round(value, 12) for value in values], coefficients=found[0].tolist())


if __name__ == "__main__":
    cases = [run(method, *grid) for method in ("lime", "kernelShap") for grid in GRIDS]
    lines = ",\n".join(json.dumps(case) for case in cases)
    (HERE / "surrogates.json").write_text(f"[\n{lines}\n]\n")
    for case in cases:
        print(case["method"], case["rows"], len(case["masks"]), case["coefficients"][:5])
