"""A numpy twin of tests' tinyClassifier (test/tinyModels.ts), and the picture that perturbation methods are compared on."""

import math

import numpy as np

SIZE, CLASSES, HIDDEN = 24, 3, 5


def numbers(shape, seed):
    """The same numbers as tinyModels.ts: a congruential generator in double precision."""
    state, values = float(seed), []
    for _ in range(math.prod(shape)):
        state = math.fmod(state * 1103515245.0 + 12345.0, 2147483648.0)
        values.append(state / 1073741824.0 - 1)
    return np.array(values, np.float32).astype(np.float64).reshape(shape)


CONV, HEAD, BIAS = numbers((HIDDEN, 3, 3, 3), 1), numbers((CLASSES, HIDDEN), 7), numbers((CLASSES,), 9)


def classify(images):
    """Logits [N, 3] of images [N, 24, 24, 3], in float64."""
    x = np.pad(np.asarray(images, np.float64), ((0, 0), (1, 1), (1, 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(1, 2))  # [N, h, w, c, 3, 3]
    features = np.maximum(np.einsum("nhwcij,kcij->nhwk", windows, CONV), 0).mean((1, 2))
    return features @ HEAD.T + BIAS


def picture():
    """[24, 24, 3], whole numbers of 0 … 255."""
    y, x, c = np.mgrid[:SIZE, :SIZE, :3]
    return ((y * 37 + x * 91 + c * 53 + x * y * 3) % 256).astype(np.float64)


def grid(rows, columns):
    y, x = np.mgrid[:SIZE, :SIZE]
    return (y * rows // SIZE) * columns + x * columns // SIZE
