"""Writes chexlocalize.json: what CheXlocalize's own evaluation code says of maps and masks that are made up here.

    git clone https://github.com/rajpurkarlab/cheXlocalize && git -C cheXlocalize checkout 2a79492
    pip install numpy==2.4.6 torch==2.13.0 opencv-python-headless==5.0.0.93 pillow==13.0.0 pycocotools==2.0.11 pandas==3.1.1 \
        scipy==1.17.1 statsmodels==0.15.0 tqdm
    python chexlocalize.py cheXlocalize

Its scripts run unchanged, on files in its formats in a temporary folder: contours, heatmaps as pickles, probabilities. What is kept are
the made-up inputs and the numbers that came out.
"""
import json
import pickle
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import torch

sys.path.insert(0, sys.argv[1])
import annotation_to_segmentation  # noqa: E402
import eval as evaluation  # noqa: E402
import heatmap_to_segmentation  # noqa: E402
import precision_recall_specificity  # noqa: E402
import tune_heatmap_threshold  # noqa: E402
from pycocotools import mask as coco  # noqa: E402

HERE = Path(__file__).parent
TASKS = ["Cardiomegaly", "Edema", "Lung Lesion", "Support Devices"]
# Map and image [height, width]; a map is brought to the image's pixels by a whole number, by a fraction, or not at all.
SHAPES = [((12, 10), (48, 40)), ((14, 14), (52, 61)), ((30, 34), (30, 34)), ((7, 7), (56, 49))]
random = np.random.default_rng(20)


def smooth(h, w):
    rough = random.normal(size=(1, 1, h + 4, w + 4)).astype(np.float32)
    kernel = torch.ones(1, 1, 5, 5) / 25
    return torch.nn.functional.conv2d(torch.from_numpy(rough), kernel)[0, 0].numpy()


def ring(h, w):
    y, x = np.mgrid[:h, :w]
    radius = np.hypot(y - h * random.uniform(0.3, 0.7), x - w * random.uniform(0.3, 0.7))
    return np.exp(-((radius - min(h, w) / 4) ** 2) / 2)


KINDS = {
    "gradCam": lambda h, w: np.maximum(smooth(h, w), 0),
    "signed": smooth,
    "noise": lambda h, w: random.uniform(size=(h, w)),
    "ring": ring,
    "specks": lambda h, w: (random.uniform(size=(h, w)) > 0.97) * random.uniform(0.5, 1, size=(h, w)),
    "constant": lambda h, w: np.full((h, w), 0.5),
}


def found(h, w, middle, spread):
    """A bump where the first contour is: y and x of its middle as shares of the image."""
    y, x = np.mgrid[:h, :w]
    return np.exp(-(((y + 0.5) / h - middle[0]) ** 2 + ((x + 0.5) / w - middle[1]) ** 2) / (2 * spread**2))


def whole(values):
    """Whole numbers up to 83: a map that is written in a few digits."""
    top = np.abs(values).max() or 1
    return np.round(values / top * 83).astype(int)


def contour(h, w):
    angles = np.sort(random.uniform(0, 2 * np.pi, size=9))
    y, x, r = random.uniform(0.3, 0.7) * h, random.uniform(0.3, 0.7) * w, random.uniform(0.1, 0.3) * min(h, w)
    return [[round(float(x + r * np.cos(a)), 1), round(float(y + r * np.sin(a)), 1)] for a in angles]


images = {}
annotations = {}
for i in range(16):
    (h, w), (height, width) = SHAPES[i % len(SHAPES)]
    name = f"patient{64700 + i}_study1_view1_frontal"
    annotations[name] = {"img_size": [height, width]}
    maps = {}
    for task in TASKS:
        kind = str(random.choice(list(KINDS), p=[0.3, 0.25, 0.15, 0.15, 0.1, 0.05]))
        values = KINDS[kind](h, w)
        if random.uniform() < 0.7:
            contours = [contour(height, width) for _ in range(random.integers(1, 3))]
            annotations[name][task] = contours
            if kind in ("gradCam", "signed"):
                middle = np.mean(contours[0], axis=0)[::-1] / [height, width]
                values = 0.3 * values + found(h, w, middle, 0.05 + 0.07 * TASKS.index(task))
        maps[task] = {"kind": kind, "prob": round(float(random.uniform()), 3), "map": whole(values).tolist()}
    images[name] = {"size": [height, width], "maps": maps}

with tempfile.TemporaryDirectory() as folder:
    here = Path(folder)
    (here / "maps").mkdir()
    (here / "gt.json").write_text(json.dumps(annotations))
    annotation_to_segmentation.ann_to_mask(here / "gt.json", here / "gt_segmentations.json")
    truth = json.loads((here / "gt_segmentations.json").read_text())
    for name, image in images.items():
        for task, each in image["maps"].items():
            values = torch.tensor(each["map"], dtype=torch.float32)[None, None]
            height, width = image["size"]
            info = {"map": values, "prob": each["prob"], "task": task, "cxr_dims": (width, height)}
            with open(here / "maps" / f"{name}_{task}_map.pkl", "wb") as file:
                pickle.dump(info, file)
    pd.DataFrame({"prob_threshold": [0.3, 0.6] * len(TASKS), "mIoU": [0.1, 0.0, 0.0, 0.2] * (len(TASKS) // 2),
                  "task": np.repeat(TASKS, 2)}).to_csv(here / "cutoffs.csv", index=False)
    cutoffs = {task: [0.3, 0.6][i % 2] for i, task in enumerate(TASKS)}
    tuned = {task: float(tune_heatmap_threshold.tune_threshold(task, truth, here / "maps")) for task in TASKS}
    pd.DataFrame({"threshold": [round(tuned[task], 1) for task in TASKS], "task": TASKS}).to_csv(here / "tuned.csv", index=False)

    class Arguments:
        map_dir = here / "maps"
        threshold_path = None
        probability_threshold_path = None
        if_smoothing = "False"
        k = 0

    runs = {
        "otsu": {},
        "cutoff": {"probability_threshold_path": here / "cutoffs.csv"},
        "tuned": {"threshold_path": here / "tuned.csv"},
    }
    hits, ids = evaluation.get_hitrates(here / "gt_segmentations.json", here / "maps")
    for run, settings in runs.items():
        arguments = type("Run", (Arguments,), {**settings, "output_path": here / f"{run}.json"})
        heatmap_to_segmentation.heatmap_to_mask(arguments)
        # The evaluation wants all ten findings; those without maps are empty.
        drawn = json.loads((here / f"{run}.json").read_text())
        for name, of_image in drawn.items():
            nothing = heatmap_to_segmentation.encode_segmentation(np.zeros(images[name]["size"]))
            drawn[name] = {task: of_image.get(task, nothing) for task in truth[name]}
        (here / f"{run}.json").write_text(json.dumps(drawn))
        for key, only in [("iou", True), ("iouAll", False)]:
            ious, ids = evaluation.get_ious(here / "gt_segmentations.json", here / f"{run}.json", only)
            for task in TASKS:
                for name, value in zip(ids[: len(truth)], ious[task]):
                    images[name]["maps"][task].setdefault(run, {})[key] = None if np.isnan(value) else float(value)
        for name in images:
            counts = precision_recall_specificity.get_results({name: truth[name]}, here / f"{run}.json")
            for task in TASKS:
                each = images[name]["maps"][task]
                with np.errstate(invalid="ignore"):
                    precision, recall, _ = precision_recall_specificity.calculate_precision_recall_specificity(counts[task])
                each[run]["precision"] = None if np.isnan(precision) else float(precision)
                each[run]["recall"] = None if np.isnan(recall) else float(recall)
                each[run]["pixels"] = int(coco.area(drawn[name][task]))
                each["truth"] = truth[name][task]["counts"]
                hit = hits.loc[name, task]
                each["hit"] = None if np.isnan(hit) else int(hit)

(HERE / "chexlocalize.json").write_text(
    json.dumps({"tuned": tuned, "cutoffs": cutoffs, "images": images}, separators=(",", ":")) + "\n"
)
