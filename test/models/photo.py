"""The picture that every model is shown, as the product reads it, and the crops of it that batch norms are calibrated on."""

import functools
from pathlib import Path

import numpy as np
from PIL import Image

PHOTO = Path(__file__).resolve().parents[2] / "examples/photos/chelsea.png"
CROPS = ((0, 0, 1, 1), (0, 0, 0.7, 0.8), (0.3, 0.2, 1, 1), (0.2, 0.1, 0.8, 0.9))


@functools.cache
def photo() -> Image.Image:
    return Image.open(PHOTO).convert("RGB")


def write(path: Path, size) -> None:
    """The photo as a PNG of the model's own size, so that no resizing comes between the product and the framework."""
    photo().resize((size[1], size[0]), Image.BICUBIC).save(path)


def pixels(size: tuple[int, int], crop=(0, 0, 1, 1)) -> np.ndarray:
    """[h, w, 3], 0 … 255. `crop`: left, top, right and bottom as shares of the photo."""
    width, height = photo().size
    box = (crop[0] * width, crop[1] * height, crop[2] * width, crop[3] * height)
    return np.asarray(photo().resize((size[1], size[0]), Image.BICUBIC, box=box), dtype=np.float64)


def prepared(size, scale, mean, std, crop=(0, 0, 1, 1)) -> np.ndarray:
    """[h, w, 3] as the model card says: (pixel / scale − mean) / std."""
    return ((pixels(size, crop) / scale - np.array(mean)) / np.array(std)).astype(np.float32)


def crops(size, scale, mean, std) -> np.ndarray:
    """[4, h, w, 3]"""
    return np.stack([prepared(size, scale, mean, std, crop) for crop in CROPS])
