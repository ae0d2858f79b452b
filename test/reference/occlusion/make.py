"""Occlusion by captum and by zennit, in float64.

    python make.py

Writes all.f24.gz (see ../arrays.py) and cases.json; the models are those of ../gradients. Both give every channel of a pixel the
same value, which is kept once. zennit hides all but the window and adds up overlapping windows, of which its defaults have none.
Versions: ../requirements.txt.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import architectures  # noqa: E402
import arrays  # noqa: E402
import torch  # noqa: E402
from captum.attr import Occlusion  # noqa: E402
from zennit.attribution import Occlusion as ZennitOcclusion  # noqa: E402

BLACK = -2.0  # what the tests say that a black pixel becomes
BASELINES = {"zero": lambda x: 0, "black": lambda x: BLACK, "0.5": lambda x: 0.5, "mean": lambda x: x.mean((2, 3), keepdim=True).expand_as(x)}
# Windows that fit the image, that the border cuts off, that do not overlap, and every pixel's own.
SETTINGS = [(16, 8, "zero"), (15, 7, "black"), (12, 12, "mean"), (11, 5, "0.5")]
MODELS = {"resnetBasic": [*SETTINGS, (12, 1, "zero")], "densenet": SETTINGS[1:3], "convnext": SETTINGS[:2]}
TARGETS = (1, 4)
ZENNIT = 8  # its window and its stride


def by_captum(model, x, target, window, stride, baseline):
    return Occlusion(model).attribute(
        x, sliding_window_shapes=(3, window, window), strides=(3, stride, stride), baselines=BASELINES[baseline](x), target=target)


def by_zennit(model, x, target):
    def output(logits):
        return torch.nn.functional.one_hot(torch.full((len(logits),), target), logits.shape[1]) * logits

    with ZennitOcclusion(model, attr_output=output) as attributor:
        return attributor(x)[1]


def add(writer, array, **facts):
    first = array[0, 0]
    assert all(torch.equal(first, channel) for channel in array[0])
    writer.add(first.detach().numpy(), **facts)


if __name__ == "__main__":
    writer = arrays.Writer()
    for name, settings in MODELS.items():
        model = architectures.seeded(name).double()
        size = architectures.ARCHITECTURES[name].size
        x = architectures.inputs(size)[:1].double()
        with torch.no_grad():
            for i, target in enumerate(TARGETS):
                for window, stride, baseline in settings if i == 0 else settings[:1]:
                    facts = dict(model=name, size=size, by="captum", target=target, window=window, stride=stride, baseline=baseline)
                    add(writer, by_captum(model, x, target, window, stride, baseline), **facts)
            add(writer, by_zennit(model, x, TARGETS[0]), model=name, size=size, by="zennit", target=TARGETS[0], window=ZENNIT, stride=ZENNIT, baseline="zero")
        print(name, flush=True)
    (HERE / "cases.json").write_text(json.dumps(writer.write(HERE / "all.f24.gz"), indent=1) + "\n")
