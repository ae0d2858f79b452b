"""Writes report.json: the statistics of a made-up evaluation, computed by NumPy and SciPy alone.

    pip install numpy==2.4.6 scipy==1.17.1
    python report.py

The rows come from a small generator that test/explainers/report/madeUp.ts repeats.
"""
import json
from pathlib import Path

import numpy as np
from scipy.stats import rankdata

IMAGES, CLASSES, METHODS = 30, ["Edema", "Nodule"], ["gradCam", "lime", "lrp"]
STATES = ["drawn", "drawn", "drawn", "present", "absent", "uncertain"]
seed = 1


def draw():
    """Lehmer's generator: the same doubles in every language."""
    global seed
    seed = seed * 16807 % 2147483647
    return seed / 2147483647


rows = []
for image in range(IMAGES):
    subset = "single" if draw() < 0.5 else "several"
    for index in range(len(CLASSES)):
        score, state = draw(), STATES[int(draw() * len(STATES))]
        area = 0.05 + 0.3 * draw()
        readers = draw() if draw() < 0.4 else None
        for m, method in enumerate(METHODS):
            values = {name: draw() for name in ("iou", "insertion", "deletion", "maxSensitivity")}
            values["iou"] = round(values["iou"] * (0.5 + 0.2 * m), 2)
            missing = draw()
            if state != "drawn" or missing < 0.1:
                values["iou"] = None
            if m == 2 and missing > 0.9:
                values["deletion"] = None
            reason = None if values["iou"] is not None else "nothing is drawn" if state != "drawn" else "the map is empty"
            rows.append(dict(image=image, subset=subset, index=index, score=score, state=state, area=area, readers=readers,
                             method=method, reason=reason, **values))


def some(**by):
    return [row for row in rows if all(row[key] == value for key, value in by.items())]


def clean(value):
    return None if value is None or np.isnan(value) else float(f"{value:.10g}")


def interval(values):
    if len(values) < 2:
        return None
    picks = np.random.default_rng(0).integers(0, len(values), (1000, len(values)))
    return [clean(q) for q in np.quantile(values[picks].mean(axis=1), [0.025, 0.975])]


def spearman(x, y):
    return clean(np.corrcoef(rankdata(x), rankdata(y))[0, 1])


def summary(index, method, metric, subset):
    of = some(method=method, **({} if index is None else {"index": index}), **({} if subset == "all" else {"subset": subset}))
    values = np.array([row[metric] for row in of if row[metric] is not None])
    areas = np.array([row["area"] for row in of if row[metric] is not None])
    reasons = [row["reason"] for row in of if row[metric] is None]
    quartiles = np.quantile(values, [0.5, 0.25, 0.75])
    return [index, method, subset, len(values), clean(values.mean()), *map(clean, quartiles), interval(values),
            clean(areas.mean()), {reason: reasons.count(reason) for reason in sorted(set(reasons))}]


def between(a, b):
    pairs = [(x["iou"], y["iou"]) for x, y in zip(some(method=a), some(method=b)) if None not in (x["iou"], y["iou"])]
    x, y = np.array(pairs).T
    return [a, b, len(x), spearman(x, y), clean((x - y).mean()), clean(((x > y) + 0.5 * (x == y)).mean())]


def score_row(index, method):
    of = [row for row in some(index=index, method=method) if row["iou"] is not None]
    return [index, method, len(of), spearman([row["score"] for row in of], [row["iou"] for row in of])]


truth = {"drawn": 1, "present": 1, "absent": 0}


def calibration(index):
    of = [row for row in some(index=index, method=METHODS[0]) if row["state"] in truth]
    score, there = np.array([(row["score"], truth[row["state"]]) for row in of]).T
    bins = np.minimum(9, np.floor(score * 10).astype(int))
    ece = sum(abs(score[bins == b].mean() - there[bins == b].mean()) * (bins == b).sum() for b in set(bins)) / len(score)
    return [index, len(score), int(there.sum()), clean(ece), clean(((score - there) ** 2).mean())]


def confusion(index):
    of = [row for row in some(index=index, method=METHODS[0]) if row["state"] in truth]
    there, said = np.array([(truth[row["state"]], row["score"] >= 0.5) for row in of]).astype(bool).T
    tp, fp, fn, tn = (there & said).sum(), (~there & said).sum(), (there & ~said).sum(), (~there & ~said).sum()
    return [index, *map(int, (tp, fp, fn, tn)), clean(tp / (tp + fn)), clean(tn / (tn + fp)), clean(tp / (tp + fp)),
            clean(2 * tp / (2 * tp + fp + fn))]


def ceiling(index):
    read = [row for row in some(index=index, method=METHODS[0]) if row["readers"] is not None]
    images = [row["image"] for row in read]
    means = [np.mean([row["iou"] for row in some(index=index, method=m) if row["image"] in images and row["iou"] is not None])
             for m in METHODS]
    return [index, len(read), clean(np.mean([row["readers"] for row in read])), *map(clean, means)]


def means(metric):
    table = np.array([[row[metric] if row[metric] is not None else np.nan for row in some(method=m)] for m in METHODS])
    return table[:, ~np.isnan(table).any(axis=0)]


def verdict():
    """Ranks of each aspect, and Kendall's W of them."""
    signs = {"iou": -1, "insertion": -1, "deletion": 1, "maxSensitivity": 1}
    ranks = {metric: rankdata(sign * means(metric).mean(axis=1)) for metric, sign in signs.items()}
    aspects = [ranks["iou"], rankdata((ranks["insertion"] + ranks["deletion"]) / 2), ranks["maxSensitivity"]]
    m, n = len(aspects), len(METHODS)
    totals = np.sum(aspects, axis=0)
    ties = sum((count**3 - count) for ranked in aspects for count in np.unique(ranked, return_counts=True)[1])
    w = 12 * ((totals - totals.mean()) ** 2).sum() / (m**2 * (n**3 - n) - m * ties)
    return {"ranks": [ranked.tolist() for ranked in aspects], "w": clean(w),
            "n": {metric: means(metric).shape[1] for metric in signs}}


def miou(method):
    """CheXlocalize's summary: bootstrap_metric and compute_cis of its eval.py, without pandas."""
    images = sorted({row["image"] for row in rows if row["state"] == "drawn"})
    table = np.full((len(images), len(CLASSES)), np.nan)
    for row in some(method=method):
        if row["image"] in images and row["iou"] is not None:
            table[images.index(row["image"]), row["index"]] = row["iou"]
    np.random.seed(0)
    picks = [np.random.choice(len(images), size=len(images), replace=True) for _ in range(1000)]
    means = np.sort(np.array([np.nanmean(table[pick], axis=0) for pick in picks]), axis=0)
    return [[name, *(clean(np.round(value, 3)) for value in (means[24, c], np.nanmean(table[:, c]), means[974, c], means[:, c].mean()))]
            for c, name in enumerate(CLASSES)]


def best(index, method):
    of = [row for row in some(index=index, method=method) if row["iou"] is not None]
    return max(of, key=lambda row: row["iou"])["image"]


def surest(index):
    return max(some(index=index, method=METHODS[0], state="drawn"), key=lambda row: row["score"])["image"]


def both():
    drawn = [{row["image"]: row["score"] for row in some(index=index, method=METHODS[0], state="drawn")} for index in (0, 1)]
    return max(drawn[0].keys() & drawn[1].keys(), key=lambda image: min(drawn[0][image], drawn[1][image]))


combinations = [(index, method) for index in [0, 1, None] for method in METHODS]
result = {
    "summary": [summary(index, method, "iou", "all") for index, method in combinations]
    + [summary(1, method, "iou", subset) for method in METHODS for subset in ("single", "several")],
    "between": [between("gradCam", "lime"), between("gradCam", "lrp"), between("lime", "lrp")],
    "score": [score_row(index, method) for index in (0, 1) for method in METHODS],
    "calibration": [calibration(index) for index in (0, 1)],
    "confusion": [confusion(index) for index in (0, 1)],
    "ceiling": [ceiling(index) for index in (0, 1)],
    "verdict": verdict(),
    "miou": [miou(method) for method in METHODS],
    "instances": {"best": [[best(index, method) for method in METHODS] for index in (0, 1)],
                  "confident": [surest(index) for index in (0, 1)], "both": both()},
}
lines = ",\n".join(f'"{name}": {json.dumps(value)}' for name, value in result.items())
(Path(__file__).parent / "report.json").write_text(f"{{\n{lines}\n}}\n")
