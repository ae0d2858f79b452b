"""What `lime` makes of the tiny classifier: coefficients, intercept, R² and local prediction.

    python make.py

Versions: ../requirements.txt, and lime 0.2.0.1 with scikit-learn 1.9.1.
"""

import json
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import tiny  # noqa: E402
from lime.lime_image import LimeImageExplainer  # noqa: E402

CASES = [
    dict(rows=4, columns=6, samples=200, seed=3, hide=None),
    dict(rows=4, columns=6, samples=200, seed=3, hide=0.0),
    dict(rows=4, columns=6, samples=200, seed=4, hide=0.0, features=8, selection="highest_weights"),
    dict(rows=4, columns=6, samples=150, seed=5, hide=0.0, features=5, selection="forward_selection"),
    dict(rows=4, columns=6, samples=150, seed=6, hide=0.0, features=7, selection="lasso_path"),
    dict(rows=4, columns=6, samples=150, seed=6, hide=0.0, features=4, selection="auto"),
    dict(rows=2, columns=3, samples=100, seed=7, hide=None, kernelWidth=0.5, selection="none"),
    dict(rows=8, columns=8, samples=50, seed=8, hide=0.0),
]


def run(rows, columns, samples, seed, hide, features=100000, selection="auto", kernelWidth=0.25):
    # The values that the model gets: pixels over 255, as in the test.
    image = tiny.picture() / 255
    explainer = LimeImageExplainer(kernel_width=kernelWidth, feature_selection=selection, random_state=seed)
    out = []
    for label in range(tiny.CLASSES):
        # One label per run: the object keeps R² and the local prediction of the last label only.
        explainer.random_state.seed(seed)
        values = []

        def classifier(images):
            scores = tiny.classify(images)
            values.extend(scores[:, label].tolist())
            return scores

        found = explainer.explain_instance(
            image, classifier, labels=(label,), hide_color=hide, top_labels=None, num_features=features,
            num_samples=samples, segmentation_fn=lambda _: tiny.grid(rows, columns),
        )
        coefficients = np.zeros(rows * columns)
        for segment, weight in found.local_exp[label]:
            coefficients[segment] = weight
        _, mask = found.get_image_and_mask(label, num_features=5)
        out.append(dict(
            coefficients=coefficients.tolist(), intercept=float(found.intercept[label]), r2=float(found.score),
            prediction=float(found.local_pred[0]), top=sorted({int(s) for s in tiny.grid(rows, columns)[mask == 1]}),
            **(dict(values=values) if label == 0 else {}),
        ))
    return out


cases = []
for case in CASES:
    cases.append({**case, "classes": run(**case)})
(HERE / "cases.json").write_text(json.dumps(cases))
