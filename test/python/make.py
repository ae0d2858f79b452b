"""Writes the files that the tests of the import import: make.py FOLDER PICTURE. What it could not make, it says in skipped.json."""
import json
import os
import shutil
import sys

import torch
from PIL import Image

folder, picture = map(os.path.abspath, sys.argv[1:])
here = os.path.dirname(os.path.abspath(__file__))
shutil.copy(os.path.join(here, "nets.py"), folder)
os.chdir(folder)
sys.path.insert(0, folder)
import nets  # noqa: E402

skipped = {}
image = Image.open(picture).convert("RGB")


class Evil:
    def __reduce__(self):
        return (open, (os.path.join(folder, "ran"), "w"))


model = nets.make().eval()
state = model.state_dict()
torch.save(state, "weights.pth")
torch.save({"state_dict": {f"module.{name}": value for name, value in state.items()}, "class_to_idx": {"dog": 1, "cat": 0, "fish": 3, "bird": 2}}, "parallel.pth")
torch.save(model, "whole.pt")
torch.save({"model": Evil()}, "evil.pt")
torch.save([1, 2], "numbers.pt")
with open("damaged.pt", "wb") as file:
    file.write(open("whole.pt", "rb").read()[:3000])
sample = torch.randn(2, 3, 32, 32)
torch.export.save(torch.export.export(model, (sample,), dynamic_shapes=({0: torch.export.Dim("batch")},)), "open.pt2")
torch.export.save(torch.export.export(model, (sample[:1],)), "fixed.pt2")
torch.jit.trace(model, sample).save("traced.pt")

from safetensors.torch import save_file  # noqa: E402

save_file(state, "weights.safetensors")

try:
    import timm
    from timm.models import save_for_hf

    names = {"label_names": ["n1", "n2", "n3", "n4", "n5"], "label_descriptions": {"n1": "tench", "n2": "goldfish", "n3": "shark", "n4": "ray", "n5": "cock"}}
    torch.manual_seed(5)
    net = timm.create_model("resnet10t", num_classes=5).eval()
    save_for_hf(net, "timm", model_config=names, safe_serialization=True)
    prepare = timm.data.create_transform(**timm.data.resolve_data_config({}, model=net))
    with torch.no_grad():
        json.dump(net(prepare(image)[None])[0].tolist(), open("timm.json", "w"))
except Exception as error:  # such as a torchvision of another version
    skipped["timm"] = f"timm does not run here: {type(error).__name__}: {error}".split("\n")[0]

try:
    from transformers import ConvNextConfig, ConvNextForImageClassification, ViTConfig, ViTForImageClassification
    from transformers.models.convnext.image_processing_pil_convnext import ConvNextImageProcessorPil
    from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

    labels = {0: "cat", 1: "dog", 2: "fish"}
    named = {"num_labels": 3, "id2label": labels, "label2id": {name: i for i, name in labels.items()}}
    small = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64, "patch_size": 8}
    torch.manual_seed(6)
    made = {
        "vit": (
            ViTForImageClassification(ViTConfig(image_size=32, **small, **named)),
            ViTImageProcessorPil(size={"height": 32, "width": 32}),
        ),
        "convnext": (
            ConvNextForImageClassification(ConvNextConfig(hidden_sizes=[8, 8, 16, 16], depths=[1, 1, 1, 1], image_size=64, **named)),
            ConvNextImageProcessorPil(size={"shortest_edge": 64}, crop_pct=0.8),
        ),
    }
    for name, (net, processor) in made.items():
        net.eval().save_pretrained(name)
        processor.save_pretrained(name)
        with torch.no_grad():
            json.dump(net(**processor(image, return_tensors="pt")).logits[0].tolist(), open(f"{name}.json", "w"))
except Exception as error:
    skipped["hf"] = f"transformers does not run here: {type(error).__name__}: {error}".split("\n")[0]

try:
    from torchvision import models

    weights = models.get_model_weights("squeezenet1_1").DEFAULT
    torch.manual_seed(7)
    net = models.get_model("squeezenet1_1", weights=None).eval()
    torch.save(net.state_dict(), os.path.basename(weights.url))
    json.dump(os.path.basename(weights.url), open("torchvision-name.json", "w"))
    with torch.no_grad():
        json.dump(net(weights.transforms()(image)[None])[0].tolist(), open("torchvision.json", "w"))
except Exception as error:
    skipped["torchvision"] = f"torchvision does not run here: {type(error).__name__}: {error}".split("\n")[0]

json.dump(skipped, open("skipped.json", "w"))
