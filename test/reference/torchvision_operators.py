"""Declares torchvision's compiled operators, so that PyPI's torchvision imports with a CPU build of PyTorch.

None of them is called: only the model definitions are used.
"""

import torch

_library = torch.library.Library("torchvision", "DEF")
for _schema in [
    "nms(Tensor dets, Tensor scores, float t) -> Tensor",
    "roi_align(Tensor i, Tensor r, float s, int a, int b, int c, bool d) -> Tensor",
    "_roi_align_backward(Tensor g, Tensor r, float s, int a, int b, int c, int d, int e, int f, int h, bool i) -> Tensor",
    "roi_pool(Tensor i, Tensor r, float s, int a, int b) -> (Tensor, Tensor)",
    "_roi_pool_backward(Tensor g, Tensor r, Tensor m, float s, int a, int b, int c, int d, int e, int f) -> Tensor",
    "ps_roi_align(Tensor i, Tensor r, float s, int a, int b, int c) -> (Tensor, Tensor)",
    "_ps_roi_align_backward(Tensor g, Tensor r, Tensor m, float s, int a, int b, int c, int d, int e, int f, int h) -> Tensor",
    "ps_roi_pool(Tensor i, Tensor r, float s, int a, int b) -> (Tensor, Tensor)",
    "_ps_roi_pool_backward(Tensor g, Tensor r, Tensor m, float s, int a, int b, int c, int d, int e, int f) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float t) -> Tensor",
    "deform_conv2d(Tensor a, Tensor b, Tensor c, Tensor d, Tensor e, int f, int g, int h, int i, int j, int k, int l, int m, bool n) -> Tensor",
    "_deform_conv2d_backward(Tensor z, Tensor a, Tensor b, Tensor c, Tensor d, Tensor e, int f, int g, int h, int i, int j, int k, int l, int m, bool n)"
    " -> (Tensor, Tensor, Tensor, Tensor, Tensor)",
]:
    _library.define(_schema)
