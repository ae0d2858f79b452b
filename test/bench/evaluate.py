"""The Python side of `npm run bench -- evaluate`: Grad-CAM of one class per image, in batches of 8, and its IoU.

    python evaluate.py FOLDER LABELS.coco.json CLASS THREADS

What a careful script does: PIL, torchvision's DenseNet121, pytorch-grad-cam, Otsu's threshold on the image's own pixels,
NumPy. Prints the mean IoU.
"""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

sys.path.insert(0, str(Path(__file__).parent.parent / "reference"))

import cv2  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
import torchvision_operators  # noqa: E402, F401
from PIL import Image  # noqa: E402
from pytorch_grad_cam import GradCAM  # noqa: E402
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget  # noqa: E402
from torchvision import models  # noqa: E402

folder, labels, index, threads = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
BATCH = 8
torch.set_num_threads(threads)
cv2.setNumThreads(threads)
torch.manual_seed(0)
model = models.densenet121(num_classes=14).eval()
cam = GradCAM(model=model, target_layers=[model.features[-1]])
coco = json.loads(labels.read_text())
boxes = {each["image_id"]: each["bbox"] for each in coco["annotations"]}
ious = []
for start in range(0, len(coco["images"]), BATCH):
    some = coco["images"][start : start + BATCH]
    pictures = [Image.open(folder / each["file_name"]).convert("RGB") for each in some]
    pixels = np.stack([np.asarray(each.resize((224, 224), Image.Resampling.BILINEAR), np.float32) / 255 for each in pictures])
    maps = cam(torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous(), [ClassifierOutputTarget(index)] * len(some))
    for each, picture, small in zip(some, pictures, maps):
        large = cv2.resize(small, picture.size)
        levels = np.round(255 * (large - large.min()) / max(np.ptp(large), 1e-12)).astype(np.uint8)
        _, strong = cv2.threshold(levels, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        mask = np.zeros(large.shape, bool)
        x, y, width, height = boxes[each["id"]]
        mask[y : y + height, x : x + width] = True
        union = np.logical_or(strong, mask).sum()
        ious.append(np.logical_and(strong, mask).sum() / union if union else np.nan)
print(json.dumps({"iou": float(np.nanmean(ious)), "images": len(ious)}))
