"""One PyTorch architecture of the manifest: built once, exported by each exporter, and what the product said judged."""

import logging
import os
import shutil
from pathlib import Path

import numpy as np
import photo
import processed
import torch
import torch_export
import torch_models
from distances import SMALL, cosine, largest, relative
from torch_reference import HALF_ROUNDING, ROUNDING, Scores, cells_of, grids, noise_of, specialists
from torch_relevance import relevance
from weights import calibrate, redraw

torch.set_num_threads(1)
for name in ("torch", "torch.onnx", "onnxscript", "onnx_ir", "ultralytics"):
    logging.getLogger(name).setLevel(logging.ERROR)


#: Sorted numbers are alike; those of one layer are the same.
SAME_CELLS = 0.99999
#: Cells of a grid that are worth solving for.
MOST_CELLS = 256


def best_box(out):
    """The largest logit of each class over all boxes, of a detector's [1, 4 + classes, boxes]."""
    return torch.logit((out[0] if isinstance(out, tuple) else out)[:, 4:].amax(2))


REDUCTIONS = {
    None: lambda out: out,
    "max": lambda out: out.amax((2, 3)),
    "mean": lambda out: out.mean((2, 3)),
    "best box": best_box,
    # Ultralytics' classifiers return the scores and the logits.
    "second": lambda out: out[1],
}


class TorchCase:
    def __init__(self, row: dict, folder: Path):
        self.row, self.folder = row, folder
        model, preprocessing = torch_models.build(row)
        self.size = tuple(row["size"])
        self.input = preprocessing
        self.model = redraw(model)
        calibrate(self.model, self.size, **preprocessing)
        prepared = photo.prepared(self.size, **preprocessing)
        self.image = torch.from_numpy(prepared).permute(2, 0, 1)[None].contiguous()
        self.scores = Scores(self.model, REDUCTIONS[row.get("reduce")])
        with torch.no_grad():
            best = self.scores(self.image)[0].argsort(descending=True)[:5].tolist()
        # A class whose Grad-CAM is blank at every layer that matters would match any blank map.
        self.target, self.grids = next((t, g) for t in best if (g := self.with_map(t)) or t == best[-1])
        self.grids = self.grids or grids(self.scores, self.image, self.target)
        self.logits, self.gradient = self.scores.gradient(self.image, self.target)
        self.noise = {}

    def with_map(self, target):
        found = grids(self.scores, self.image, target)
        blank = all(not (g.gradient * g.values).any() for g in specialists(found, self.row.get("layers", [])))
        return None if blank else found

    def about(self) -> dict:
        photo.write(self.folder / "photo.png", self.size)
        card = {"input": {"size": self.size, "resize": "squash", **self.input}}
        return {"target": self.target, "card": {**card, **({"output": self.row["output"]} if "output" in self.row else {})}}

    def export(self, exporter: str) -> Path:
        file = self.folder / "model.onnx"
        if exporter in processed.TOOLS:
            source = self.folder / "source.onnx"
            torch_export.export(self.model, self.image, "legacy", source)
            processed.TOOLS[exporter](source, file, self.image.numpy())
            source.unlink()
        elif exporter == "ultralytics":
            self.export_yolo(file)
        else:
            self.export_torch(exporter, file)
        return file

    def export_torch(self, exporter, file):
        try:
            torch_export.export(self.model, self.image, exporter, file)
        except Exception:
            if self.row["set"] != "timm":
                raise
            # timm has a form of some layers for exporters.
            options = {**self.row.get("options", {}), "exportable": True}
            other, _ = torch_models.build({**self.row, "options": options})
            other.load_state_dict(self.model.state_dict())
            torch_export.export(other.eval(), self.image, exporter, file)

    def export_yolo(self, file):
        os.environ["YOLO_AUTOINSTALL"] = "false"
        yolo = torch_models.yolo(self.row["model"])
        yolo.model.load_state_dict(self.model.state_dict())
        before = os.getcwd()
        os.chdir(self.folder)
        try:
            written = yolo.export(format="onnx", imgsz=list(self.size), opset=17, simplify=False, verbose=False)
            shutil.move(written, file)
        finally:
            os.chdir(before)

    def runs(self, file: Path) -> str | None:
        """Why ONNX Runtime cannot run the file, or how far its numbers are from the model's; None if it is valid."""
        try:
            outputs = processed.run(file, self.image.numpy())
        except Exception as error:
            return str(error)[:300]
        if self.row.get("reduce") or self.row["set"] == "processed":
            return None
        error = min(largest(out, self.logits) for out in outputs)
        return None if error < 1e-2 else f"its numbers in ONNX Runtime differ by {error:.2g} from the framework's"

    def noise_in(self, exporter) -> dict:
        rounding = HALF_ROUNDING if exporter.startswith("fp16") else ROUNDING
        if rounding not in self.noise:
            self.noise[rounding] = noise_of(self.scores, self.image, self.target, self.logits, self.gradient, rounding)
        return self.noise[rounding]

    def judge(self, measured: dict, exporter: str, file: Path) -> dict:
        verdict = {}
        if "predict" in measured:
            verdict["predict"] = self.judge_predict(measured["predict"]["logits"], exporter, file)
        if "gradient" in measured:
            verdict["gradient"] = self.judge_gradient(self.read("gradient"), exporter)
        if "gradCam" in measured:
            verdict["layer"] = self.judge_layer(measured["inspect"]["layer"], self.read("gradCam"))
        if "lrp" in measured and "lrp" in self.row and self.row["set"] != "processed":
            verdict["lrp"] = self.judge_relevance(self.read("lrp"))
        return verdict

    def read(self, name):
        return np.fromfile(self.folder / f"{name}.f32", dtype=np.float32)

    def judge_predict(self, logits, exporter, file):
        if self.row["set"] == "processed":  # what the tool made of the model is the model
            return self.judge_processed(logits, exporter, file)
        error = largest(logits, self.logits)
        return {"error": error, "noise": None if error <= SMALL else self.noise_in(exporter)["predict"]}

    def judge_processed(self, logits, exporter, file):
        theirs = processed.run(file, self.image.numpy())[0]
        error = largest(logits, theirs)
        if error <= SMALL:
            return {"error": error, "noise": None}
        if exporter.startswith("fp16"):
            return {"error": error, "noise": self.noise_in(exporter)["predict"]}
        # ONNX Runtime's optimisations change where quantised values are rounded.
        plain = processed.run(file, self.image.numpy(), processed.LEVELS.ORT_DISABLE_ALL)[0]
        return {"error": error, "noise": largest(plain, theirs)}

    def judge_gradient(self, ours, exporter):
        error = relative(ours, self.gradient)
        if error <= SMALL or not np.isfinite(error):
            return {"error": error, "noise": None}
        noise = self.noise_in(exporter)
        error = min(error, relative(ours, noise["exact"]))
        verdict = {"error": error, "noise": noise["gradient"]}
        if error > max(SMALL, 3 * noise["gradient"]):
            verdict["differences"] = self.by_differences(ours.reshape(self.gradient.shape))
        return verdict

    def by_differences(self, ours) -> dict:
        """Along the direction in which both gradients differ most, how far each is from finite differences."""
        direction = (ours - self.gradient).astype(np.float64)
        direction /= np.linalg.norm(direction)
        slope = self.scores.slope(self.image, direction, self.target)
        length = float(np.linalg.norm(self.gradient))
        return {
            "ours": abs(float((ours * direction).sum()) - slope) / length,
            "theirs": abs(float((self.gradient * direction).sum()) - slope) / length,
        }

    def judge_layer(self, layer, ours):
        shape = tuple(layer["shape"])
        wanted = specialists(self.grids, self.row.get("layers", []))
        fits = [(g, cosine(ours, cam)) for g in self.grids if (cam := g.cam(shape, self.size)) is not None]
        best = max(fits, key=lambda fit: fit[1], default=(None, 0.0))
        right = max((fit for fit in fits if any(fit[0] is w for w in wanted)), key=lambda fit: fit[1], default=(None, 0.0))
        if right[0] and right[1] < 0.999 and shape[1] * shape[2] <= MOST_CELLS:
            # Hiera keeps its tokens in the order of its windows: the same cells in another order are the same layer's.
            same = cosine(np.sort(cells_of(ours, shape[1:], self.size)), np.sort(right[0].cells(shape).numpy().ravel()))
            right = (right[0], max(right[1], same if same >= SAME_CELLS else 0.0))
        return {
            "ours": layer["name"],
            "cosine": right[1],
            "specialist": right[0].name if right[0] else ", ".join(w.name for w in wanted),
            "equals": best[0].name if best[0] and best[1] > 0.999 else None,
            "blank": not ours.any(),
        }

    def judge_relevance(self, ours):
        by = self.row["lrp"]
        theirs = relevance(self.model, self.image, self.target, by)
        error = relative(ours, theirs)
        if error <= SMALL:
            return {"error": error, "noise": None}
        return {"error": error, "noise": relative(relevance(self.model, self.image, self.target, by, torch.float32), theirs)}
