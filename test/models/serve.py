"""Builds, exports and judges models on request: `python serve.py torch|keras`, one JSON object per line each way.

{"do": "build", "line": of the manifest, "folder": …} → {"target", "card"}; {"do": "export", "exporter"} → {"file"};
{"do": "check", "file"} → {"invalid": null or why}; {"do": "judge", "exporter", "file", "measured": {…}} → the verdict.
Errors are {"error": …}. Whatever libraries print goes to stderr.
"""

import gc
import json
import math
import os
import sys
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
sys.path.insert(0, str(Path(__file__).parent))
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
sys.stdout = sys.stderr


def case_class(framework: str):
    if framework == "keras":
        from keras_case import KerasCase

        return KerasCase
    from torch_case import TorchCase

    return TorchCase


def plain(value):
    """As JSON: numbers that are none become null."""
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.item() if hasattr(value, "item") else value


class Server:
    def __init__(self, make):
        self.make, self.case = make, None

    def build(self, line, folder):
        self.case = None
        gc.collect()
        self.case = self.make(json.loads(line), Path(folder))
        return self.case.about()

    def export(self, exporter):
        return {"file": self.case.export(exporter)}

    def check(self, file):
        return {"invalid": self.case.runs(Path(file))}

    def judge(self, exporter, file, measured):
        return self.case.judge(measured, exporter, Path(file))


def main():
    server = Server(case_class(sys.argv[1]))
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(server, request.pop("do"))(**request)
        except Exception as error:  # whatever a library throws at an architecture is that case's result
            answer = {"error": f"{type(error).__name__}: {error}"[:600]}
        answers.write(json.dumps(plain(answer)) + "\n")
        answers.flush()


main()
