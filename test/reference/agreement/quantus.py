"""Writes quantus.json: what Quantus and scikit-learn say of maps and masks that are made up here.

    pip install numpy==2.4.6 scikit-learn==1.9.1 scipy==1.17.1 torch==2.13.0 opencv-python-headless==5.0.0.93 scikit-image==0.26.0 tqdm
    pip install --no-deps quantus==0.6.0
    python quantus.py
"""
import json
import sys
import warnings
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
# This file has the library's name.
sys.path = [place for place in sys.path if Path(place or ".").resolve() != HERE]
sys.path.append(str(HERE.parent))
import torchvision_operators  # noqa: E402, F401
from quantus import AUC, AttributionLocalisation, PointingGame, RelevanceMassAccuracy, RelevanceRankAccuracy  # noqa: E402
from sklearn.metrics import average_precision_score  # noqa: E402

warnings.simplefilter("ignore")
random = np.random.default_rng(8)


def run(metric, values, mask, **settings):
    """One image through the metric's public door."""
    metric = metric(disable_warnings=True, display_progressbar=False, **settings)
    image = np.zeros((1, 1, *values.shape), np.float32)
    try:
        result = metric(model=None, x_batch=image, y_batch=np.zeros(1, int), a_batch=values[None, None], s_batch=mask[None, None])
    except (TypeError, AssertionError) as error:
        return type(error).__name__
    number = float(np.asarray(result).ravel()[0])
    return None if np.isnan(number) else number


def case(kind, values, mask):
    values = np.asarray(np.round(values, 3), np.float32)
    positive = np.maximum(values, 0)
    return {
        "kind": kind, "size": list(values.shape), "values": [float(str(v)) for v in values.ravel()],
        "mask": "".join(str(int(m)) for m in mask.ravel()),
        "pointingGame": run(PointingGame, values, mask),
        "pointingGameWeighted": run(PointingGame, values, mask, weighted=True),
        "auc": run(AUC, values, mask) if mask.any() and not mask.all() else None,
        "rankAccuracy": run(RelevanceRankAccuracy, values, mask),
        "rankAccuracyMirrored": run(RelevanceRankAccuracy, values[::-1, ::-1].copy(), mask[::-1, ::-1].copy()),
        "massAccuracy": run(RelevanceMassAccuracy, positive, mask),
        "massAccuracySigned": run(RelevanceMassAccuracy, values, mask),
        "massAccuracyAbsolute": run(RelevanceMassAccuracy, values, mask, abs=True),
        "attributionLocalisation": run(AttributionLocalisation, values, mask),
        "averagePrecision": float(average_precision_score(mask.ravel(), values.ravel())) if mask.any() else None,
        "averagePrecisionPositive": float(average_precision_score(mask.ravel(), positive.ravel())) if mask.any() else None,
        "aucPositive": run(AUC, positive, mask) if mask.any() and not mask.all() else None,
    }


def box(h, w):
    mask = np.zeros((h, w), bool)
    y, x = random.integers(0, h - 3), random.integers(0, w - 3)
    mask[y:y + random.integers(2, h - y), x:x + random.integers(2, w - x)] = True
    return mask


cases = []
for h, w in [(9, 13), (14, 8), (5, 5), (16, 16)]:
    cases += [
        case("signed", random.normal(size=(h, w)), box(h, w)),
        case("positive", random.gamma(0.5, size=(h, w)), box(h, w)),
        case("whole numbers", random.integers(-3, 4, size=(h, w)), box(h, w)),
        case("negative", -random.gamma(2, size=(h, w)), box(h, w)),
        case("regions", np.maximum(np.kron(random.normal(size=(2, 2)), np.ones((h, w)))[:h, :w], 0) + 0.0, box(h, w)),
        case("full", random.normal(size=(h, w)), np.ones((h, w), bool)),
        case("empty", random.normal(size=(h, w)), np.zeros((h, w), bool)),
    ]
(HERE / "quantus.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")
