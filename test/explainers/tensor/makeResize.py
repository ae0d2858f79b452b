"""Resized planes by torch 2.13.0. Run from the repository's root: python test/explainers/tensor/makeResize.py"""
import json

import torch
import torch.nn.functional as F

torch.manual_seed(0)
cases = []
for h, w, H, W in ((7, 5, 13, 11), (13, 11, 7, 5), (6, 9, 6, 4), (3, 3, 24, 24), (1, 4, 3, 9), (20, 17, 5, 33)):
    x = (torch.rand(1, 1, h, w) * 1024).floor() / 128 - 4
    for mode in ("bilinear", "bicubic"):
        for antialias in (False, True):
            y = F.interpolate(x.double(), (H, W), mode=mode, align_corners=False, antialias=antialias)
            cases.append({"from": [h, w], "size": [H, W], "kernel": mode, "antialias": antialias,
                          "input": x.flatten().tolist(), "output": [round(v, 7) for v in y.flatten().tolist()]})
with open("test/explainers/tensor/resize.golden.json", "w") as out:
    json.dump({"torch": torch.__version__, "cases": cases}, out)
    out.write("\n")
