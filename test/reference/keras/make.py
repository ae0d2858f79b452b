"""Logits and gradients of small Keras models by TensorFlow's GradientTape in float64; the models as tf2onnx and Keras' own export write them.

    python -m venv .venv && .venv/bin/pip install tensorflow-cpu==2.20.0 keras==3.15.1
    .venv/bin/pip install --no-deps tf2onnx==1.17.0 onnx==1.17.0
    .venv/bin/python make.py

Writes NAME.WRITER.onnx.gz (the models), all.f24.gz (the arrays, see ../arrays.py) and cases.json. The inputs are those of
../gradients/inputs48.f16.gz, channels last.
"""

import gzip
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
import arrays  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras import layers  # noqa: E402

SIZE, CLASSES, TARGET = 48, 5, 3


def inputs():
    """[N, 48, 48, 3], those of the PyTorch architectures."""
    data = gzip.decompress((HERE.parent / "gradients" / f"inputs{SIZE}.f16.gz").read_bytes())
    return np.frombuffer(data, "<f2").reshape(-1, 3, SIZE, SIZE).transpose(0, 2, 3, 1).astype(np.float32)


def mobile(image):
    """MobileNetV3's and EfficientNet's parts, preprocessing inside the model."""
    x = layers.Rescaling(0.5, offset=0.1)(image)
    x = layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False)(x)
    x = stem = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    x = layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    squeezed = layers.GlobalAveragePooling2D(keepdims=True)(x)
    squeezed = layers.Conv2D(4, 1, activation="relu")(squeezed)
    x = layers.Multiply()([x, layers.Conv2D(8, 1, activation="hard_sigmoid")(squeezed)])
    x = layers.Add()([stem, layers.BatchNormalization()(layers.Conv2D(8, 1)(x))])
    x = layers.Activation("swish")(layers.SeparableConv2D(12, 5, strides=2, padding="same")(x))
    x = layers.Concatenate()([layers.MaxPooling2D(3, 2, "same")(x), layers.AveragePooling2D(3, 2, "same")(x)])
    x = layers.Activation("hard_swish")(layers.Conv2D(16, 1)(x))
    x = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(x))
    return layers.Dense(CLASSES, name="logits")(x)


def normalized(image):
    """EfficientNet's first layer. Keras' own export loses its values: they become inputs of the ONNX model."""
    x = layers.Normalization(mean=[0.1, 0.2, 0.0], variance=[0.5, 0.8, 1.1])(image)
    x = layers.Conv2D(6, 5, strides=4, activation="relu")(x)
    return layers.Dense(CLASSES, name="logits")(layers.GlobalAveragePooling2D()(x))


def nested(image):
    """Sequential within Sequential, ResNetV2's normalisation before the convolution, a dense head on flattened features."""
    features = keras.Sequential([
        layers.ZeroPadding2D(((1, 2), (2, 1))),
        layers.Conv2D(6, 5, strides=3),
        layers.BatchNormalization(),
        layers.LeakyReLU(0.1),
        layers.MaxPooling2D(2),
        keras.Sequential([layers.BatchNormalization(), layers.ReLU(), layers.Conv2D(8, 3, activation="elu")]),
    ])
    x = layers.Flatten()(features(image))
    return layers.Dense(CLASSES, name="logits")(layers.Dense(12, activation="relu")(x))


def gelu(x):
    """By tanh: tf2onnx 1.17 has no Erfc, which the exact one becomes."""
    return keras.activations.gelu(x, approximate=True)


class Positions(layers.Layer):
    def build(self, shape):
        self.positions = self.add_weight(shape=(1, *shape[1:]), name="positions")

    def call(self, x):
        return x + self.positions


def attention(image):
    """A vision transformer's block over 36 patches."""
    x = layers.Conv2D(8, 8, strides=8)(image)
    x = layers.Reshape((36, 8))(x)
    x = Positions()(x)
    y = layers.LayerNormalization(epsilon=1e-6)(x)
    x = layers.Add()([x, layers.MultiHeadAttention(2, 4)(y, y)])
    y = layers.Dense(16, activation=gelu)(layers.LayerNormalization(epsilon=1e-6)(x))
    x = layers.Add()([x, layers.Dense(8)(y)])
    return layers.Dense(CLASSES, name="logits")(layers.GlobalAveragePooling1D()(x))


MODELS = {"mobile": (mobile, "softmax"), "normalized": (normalized, "softmax"), "nested": (nested, "sigmoid"), "attention": (attention, None)}
WRITERS = {"keras": None, "tf2onnx-13": 13, "tf2onnx-18": 18}


def build(name, dtype):
    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)
    make, activation = MODELS[name]
    image = keras.Input((SIZE, SIZE, 3), name="image")
    logits = make(image)
    outputs = logits if activation is None else layers.Activation(activation, name="scores")(logits)
    return keras.Model(image, outputs), keras.Model(image, logits)


def seed(model):
    """Weights on a grid of 1/64, so that they compress; means and variances as training leaves them."""
    random = np.random.RandomState(0)
    for variable in model.variables:
        if variable.dtype not in ("float32", "float64") or "seed" in variable.path:
            continue
        fan_in = max(1, int(np.prod(variable.shape[:-1])))
        scale = 1.0 if len(variable.shape) < 2 else 2.0 / np.sqrt(fan_in)
        values = random.normal(0, 0.2 if len(variable.shape) < 2 else scale, variable.shape)
        if variable.path.endswith(("gamma", "variance")):
            values = np.abs(values) + 0.75
        variable.assign(np.round(values * 64) / 64)


def gradient(logits, x):
    """Logits [N, classes], the target's gradient [N, h, w, 3]."""
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = logits(x, training=False)
        total = tf.reduce_sum(y[:, TARGET])
    return y.numpy(), tape.gradient(total, x).numpy()


def write(name, model, writer, path):
    opset = WRITERS[writer]
    if opset is None:
        return model.export(path, format="onnx", verbose=False)
    with tempfile.TemporaryDirectory() as saved:
        model.export(saved, verbose=False)
        command = ["-m", "tf2onnx.convert", "--saved-model", saved, "--opset", str(opset), "--output", path]
        subprocess.run([sys.executable, *command], check=True, capture_output=True)


def distances(exact, rough):
    flat = exact.reshape(len(exact), -1)
    return [float(d) for d in np.linalg.norm(rough.reshape(flat.shape) - flat, axis=1) / np.linalg.norm(flat, axis=1)]


if __name__ == "__main__":
    x, out, cases = inputs(), arrays.Writer(), []
    for name in MODELS:
        model, logits = build(name, "float32")
        seed(model)
        model(x[:1])
        exact_model, exact_logits = build(name, "float64")
        exact_model.set_weights(model.get_weights())
        rough = gradient(logits, x)
        exact = gradient(exact_logits, x.astype(np.float64))
        for what, values in zip(("logits", "gradient"), exact):
            out.add(values, model=name, name=what)
        for writer in WRITERS:
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "model.onnx")
                write(name, model, writer, path)
                packed = gzip.compress(Path(path).read_bytes(), 9, mtime=0)
            (HERE / f"{name}.{writer}.onnx.gz").write_bytes(packed)
            print(name, writer, len(packed), flush=True)
        cases.append({"name": name, "task": MODELS[name][1] or "none", "writers": list(WRITERS), "target": TARGET,
                      "float32Distance": {"logits": distances(exact[0], rough[0]), "gradient": distances(exact[1], rough[1])}})
    places = out.write(HERE / "all.f24.gz")
    for case in cases:
        own = [place for place in places if place["model"] == case["name"]]
        case["arrays"] = [{key: value for key, value in place.items() if key != "model"} for place in own]
    (HERE / "cases.json").write_text(json.dumps(cases, indent=1) + "\n")
