"""Superpixels by scikit-image.

    python make.py

Reads the photos in ../../../examples and shrinks them. Writes pictures.gz (the pictures that are no photos, uint8), labels.gz
(the partitions, int16, each as the difference from its left neighbour) and cases.json. Versions: ../requirements.txt.
"""

import gzip
import json
from pathlib import Path

import numpy as np
from PIL import Image
from skimage.color import rgb2gray
from skimage.filters import sobel
from skimage.segmentation import felzenszwalb, quickshift, slic, watershed

HERE = Path(__file__).parent
EXAMPLES = HERE.parent.parent.parent / "examples"
MEAN, STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])


FILES = {}


def photo(name, height, width):
    image = Image.open(EXAMPLES / name)
    assert image.mode in ("L", "RGB"), image.mode
    FILES[name.split("/")[-1].split(".")[0]] = name
    return np.asarray(image.convert("RGB").resize((width, height), Image.Resampling.BILINEAR))


random = np.random.default_rng(7)
flat = np.full((40, 56, 3), (200, 30, 90), np.uint8)
drawn = np.zeros((48, 48, 3), np.uint8)
drawn[8:30, 5:20] = (255, 0, 0)
drawn[20:44, 16:40] = (40, 200, 250)
PICTURES = {
    "astronaut": photo("photos/astronaut.png", 112, 112),
    "chelsea": photo("photos/chelsea.png", 72, 108),
    "coffee": photo("photos/coffee.png", 80, 64),
    "rocket": photo("photos/rocket.jpg", 64, 96),
    "camera": photo("photos/camera.png", 96, 96),
    "RG1": photo("chest-xray/RG1.png", 112, 96),
    "noise": random.integers(0, 256, (48, 40, 3), np.uint8),
    "flat": flat,
    "drawn": drawn,
    "tiny": random.integers(0, 256, (8, 8, 3), np.uint8),
    "row": random.integers(0, 256, (1, 30, 3), np.uint8),
}


argsort = np.argsort


def stable(values, **_):
    """NumPy's default sort orders equal values as the processor has it: a drawing, all equal edges, needs a defined order."""
    return argsort(values, kind="stable")


def watershed_of(image, markers, compactness):
    return watershed(sobel(rgb2gray(image)), markers=markers, compactness=compactness)


CASES = [
    ("quickshift", lambda x: quickshift(x, kernel_size=4, max_dist=200, ratio=0.2)),
    ("quickshift:kernelSize=2.5,maxDist=6,ratio=1,seed=3", lambda x: quickshift(x, kernel_size=2.5, max_dist=6, ratio=1.0, rng=3)),
    ("quickshift:kernelSize=3,maxDist=10,ratio=0.5,sigma=1.2", lambda x: quickshift(x, kernel_size=3, max_dist=10, ratio=0.5, sigma=1.2)),
    ("slic", lambda x: slic(x, start_label=0)),
    ("slic:segments=50,compactness=30,sigma=3", lambda x: slic(x, n_segments=50, compactness=30, sigma=3, start_label=0)),
    ("slic:segments=50,compactness=30,sigma=3,of=input",
     lambda x: slic((x / 255 - MEAN) / STD, n_segments=50, compactness=30, sigma=3)),
    ("slic:segments=60,compactness=0.5,iterations=4,connected=false",
     lambda x: slic(x, n_segments=60, compactness=0.5, max_num_iter=4, enforce_connectivity=False)),
    ("felzenszwalb", lambda x: felzenszwalb(x, scale=100, sigma=0.5, min_size=50)),
    ("felzenszwalb:scale=1,sigma=0.8,minSize=20", lambda x: felzenszwalb(x)),
    ("felzenszwalb:scale=300,sigma=0,minSize=5", lambda x: felzenszwalb(x, scale=300, sigma=0, min_size=5)),
    ("watershed", lambda x: watershed_of(x, 100, 0.001)),
    ("watershed:markers=30,compactness=0.02", lambda x: watershed_of(x, 30, 0.02)),
]

pictures, labels, listed = [], [], []
for name, image in PICTURES.items():
    if name not in FILES:
        pictures.append(image.tobytes())
    cases = []
    for text, make in CASES:
        if image.shape[0] == 1 and text.startswith("felzenszwalb"):
            continue
        np.argsort = stable if name == "drawn" and text.startswith("felzenszwalb") else argsort
        found = make(image)
        assert found.shape == image.shape[:2]
        places = np.unique(found, return_inverse=True)[1].reshape(found.shape)
        labels.append(np.diff(places.astype(np.int16), axis=1, prepend=0).astype("<i2").tobytes())
        cases.append({"segments": text, "count": int(places.max()) + 1})
    listed.append({"picture": name, "file": FILES.get(name), "size": list(image.shape[:2]), "sum": int(image.sum()), "cases": cases})


def write(name, content):
    with open(HERE / name, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(content)


write("pictures.gz", b"".join(pictures))
write("labels.gz", b"".join(labels))
(HERE / "cases.json").write_text(json.dumps(listed) + "\n")
