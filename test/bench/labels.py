"""Scores the label benchmark's trials with cleanlab, on the same predictions: average precision of each ranking.

    python test/bench/labels.py unpack DATA OUT     the held-out images into OUT/heldout
    python test/bench/labels.py score OUT           OUT/trials.json -> one JSON object per row on stdout
"""
import json
import sys
import warnings
import zipfile
from pathlib import Path

warnings.filterwarnings("ignore")


def label_scores(trial, scores):
    """Per method: how suspicious each image x class is, row by row."""
    import numpy as np
    from cleanlab.multilabel_classification.rank import get_label_quality_scores_per_class

    def quality(method, adjust):
        return 1 - np.ravel(
            get_label_quality_scores_per_class(
                labels=trial["given"], pred_probs=np.asarray(scores), method=method, adjust_pred_probs=adjust
            )
        )

    return {
        "self-confidence": quality("self_confidence", False),
        "self-confidence, adjusted": quality("self_confidence", True),
        "normalized margin": quality("normalized_margin", False),
    }


def box_scores(trial, scores, detections):
    """Per method: how suspicious each box is. ObjectLab as it comes, and with thresholds at which every detection counts."""
    import numpy as np
    from cleanlab.object_detection.rank import compute_badloc_box_scores, compute_swap_box_scores
    from cleanlab.rank import get_label_quality_scores

    boxes = trial["boxes"]
    classes = len(scores[0])
    corners = lambda box: [box[0], box[1], box[0] + box[2], box[1] + box[3]]
    labels, places = [], []
    predictions = []
    for image, found in enumerate(detections):
        own = [i for i, each in enumerate(boxes) if each["image"] == image]
        if not own:
            continue
        places += own
        labels.append(
            {
                "bboxes": np.array([corners(boxes[i]["box"]) for i in own], dtype=float),
                "labels": np.array([boxes[i]["index"] for i in own]),
                "image_name": str(image),
            }
        )
        rows = np.empty(classes, dtype=object)
        for k in range(classes):
            rows[k] = np.zeros((0, 5))
        for each in found:
            rows[each["index"]] = np.array([[*corners(each["box"]), scores[image][each["index"]]]], dtype=float)
        predictions.append(rows)

    def per_box(listed):
        out = np.zeros(len(boxes))
        out[places] = 1 - np.concatenate(listed)
        return out

    lenient = {"low_probability_threshold": 1e-6} if trial["kind"] == "moved" else {"high_probability_threshold": 1e-6}
    subtype = compute_badloc_box_scores if trial["kind"] == "moved" else compute_swap_box_scores
    methods = {}
    for name, options in {"ObjectLab": {}, "ObjectLab, all detections": lenient}.items():
        methods[name] = per_box(subtype(labels=labels, predictions=predictions, **options))
    given = [each["index"] for each in boxes]
    own = np.array([scores[each["image"]] for each in boxes])
    if trial["task"] == "multi-class":
        for name in ("self_confidence", "normalized_margin"):
            methods[name.replace("_", "-")] = 1 - get_label_quality_scores(np.array(given), own, method=name)
    else:
        methods["self-confidence"] = 1 - own[np.arange(len(boxes)), given]
    return methods


def score(out):
    import numpy as np
    from sklearn.metrics import average_precision_score

    trials = json.loads((out / "trials.json").read_text())
    rows = {}
    shared = {}
    for trial in trials:
        row = rows.setdefault(trial["row"], {"row": trial["row"], "errors": [], "items": [], "methods": {}})
        shared.setdefault(trial["row"], trial)
        first = shared[trial["row"]]
        found = (
            label_scores(trial, first["scores"])
            if trial["kind"] == "labels"
            else box_scores(trial, first["scores"], first["detections"])
        )
        found = {f"cleanlab {name}": values for name, values in found.items()}
        found["ours"] = np.array(trial["ours"])
        found["random"] = np.random.default_rng(trial["seed"]).random(len(trial["wrong"]))
        among = trial.get("among", slice(None))
        wrong = np.array(trial["wrong"])[among]
        row["errors"].append(int(wrong.sum()))
        row["items"].append(len(wrong))
        for name, values in found.items():
            row["methods"].setdefault(name, []).append(average_precision_score(wrong, values[among]))
    for row in rows.values():
        print(json.dumps(row))


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    if what == "unpack":
        data, out = map(Path, arguments)
        zipfile.ZipFile(data / "benchmark/nih-heldout-256.zip").extractall(out / "heldout")
    else:
        score(Path(arguments[0]))
