"""Guided backpropagation of networks with plain ReLU modules by captum, in float64.

    python make.py

The models are those of ../gradients. Writes all.f24.gz and cases.json. Versions: ../requirements.txt.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import architectures  # noqa: E402
import arrays  # noqa: E402
import torch  # noqa: E402
from captum.attr import GuidedBackprop  # noqa: E402

MODELS = ["vgg", "squeezenet", "shufflenet"]
INPUTS = 1

if __name__ == "__main__":
    writer = arrays.Writer()
    targets = {case["name"]: case["targets"][0]["index"] for case in json.loads((HERE.parent / "gradients/cases.json").read_text())}
    for name in MODELS:
        model = architectures.seeded(name).double()
        for module in model.modules():
            if isinstance(module, torch.nn.ReLU):
                module.inplace = False
        x = architectures.inputs(architectures.ARCHITECTURES[name].size)[:INPUTS].double().requires_grad_()
        writer.add(GuidedBackprop(model).attribute(x, target=targets[name]).sum(1).detach().numpy(), name=name, target=targets[name])
    (HERE / "cases.json").write_text(json.dumps(writer.write(HERE / "all.f24.gz"), indent=1) + "\n")
