"""The small Keras models of make.py, and six more, in Keras' own files and in TensorFlow.js': logits and gradients in float64.

    python -m venv .venv && .venv/bin/pip install tensorflow-cpu==2.20.0 keras==3.15.1
    .venv/bin/pip install --no-deps tf_keras==2.20.1 tensorflowjs==4.22.0 tensorflow_hub==0.16.1
    .venv/bin/python files.py

Writes files/NAME.keras.gz, .h5.gz and .k2.h5.gz (by Keras 2), files/NAME.tfjs/ and NAME.graph/ (of layers, of operations), files.f24.gz (arrays) and
files.json. Weights are on a grid of 1/64; each file has those that its network has in the arrays.
"""

import gzip
import json
import os
import shutil
import sys
import types
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
HERE = Path(__file__).parent
OUT = HERE / "files"
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))
import arrays  # noqa: E402
import keras  # noqa: E402
import make  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
import tf_keras  # noqa: E402

# The converter imports what it needs for other kinds of models.
for name in ("tensorflow_decision_forests", "jax", "jax.experimental", "jax.experimental.jax2tf"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["jax"].experimental = sys.modules["jax.experimental"]
sys.modules["jax.experimental"].jax2tf = sys.modules["jax.experimental.jax2tf"]
import tensorflowjs as tfjs  # noqa: E402

SIZE, CLASSES = make.SIZE, make.CLASSES
TARGET = make.TARGET


def shared(k):
    """A layer and a model that are called twice, operations kept as layers, one of each kind of merging."""
    layers, ops = k.layers, k.ops
    inner_in = k.Input((None, None, 6))
    inner = k.Model(inner_in, layers.ReLU()(layers.Conv2D(6, 3, padding="same")(inner_in)), name="block")
    image = k.Input((SIZE, SIZE, 3), name="image")
    x = (image - 0.25) * 2.0
    conv = layers.Conv2D(6, 3, strides=3, padding="same", name="twice")
    a, b = conv(x), conv(x * 0.5)
    x = layers.Add()([inner(a), inner(b)])
    x = layers.Multiply()([x, ops.relu6(x + 3.0) * (1.0 / 6.0)])
    x = layers.Maximum()([x, layers.AveragePooling2D(3, 1, "same")(x)])
    x = x - ops.mean(x, axis=[1, 2], keepdims=True)
    x = layers.Conv2D(4, 3, padding="same", groups=2, activation="tanh")(x)[:, 1:, :-1, :]
    x = layers.Conv2DTranspose(4, 3, strides=2, padding="same", activation="leaky_relu")(x)
    x = layers.Concatenate()([layers.UpSampling2D(2)(layers.MaxPooling2D(2)(x)), layers.PReLU(shared_axes=[1, 2])(x)])
    x = layers.GroupNormalization(2)(layers.Cropping2D(((1, 2), (0, 1)))(x))
    x = layers.LayerNormalization()(x)
    x = layers.Dense(5, activation="gelu")(x)
    x = layers.Permute((2, 1, 3))(x)
    x = layers.Flatten()(layers.MaxPooling2D(4)(x))
    return k.Model(image, layers.Dense(CLASSES, name="logits")(x))


def old(k):
    """What Keras 2 understands differently, and what it keeps as TensorFlow's functions."""
    layers = k.layers
    image = k.Input((SIZE, SIZE, 3), name="image")
    x = image * 2.0 - 0.5
    x = layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False)(x)
    x = stem = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    x = layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x)
    squeezed = layers.Reshape((1, 1, 8))(layers.GlobalAveragePooling2D()(x))
    squeezed = layers.Conv2D(4, 1, activation="relu")(squeezed)
    x = layers.Multiply()([x, layers.Conv2D(8, 1, activation="hard_sigmoid")(squeezed)])
    x = layers.Add()([stem, x])
    x = layers.Activation("swish")(layers.SeparableConv2D(12, 5, strides=2, padding="same")(x))
    block = k.Sequential([layers.ZeroPadding2D(1), layers.Conv2D(6, 3), layers.LeakyReLU(0.1)], name="head_block")
    x = layers.AveragePooling2D(3, 2, "same")(block(x))
    x = layers.Dense(6, activation="elu")(layers.Dropout(0.2)(layers.Flatten()(x)))
    return k.Model(image, layers.Dense(CLASSES, name="logits")(x))


def plain(k):
    """What TensorFlow.js reads too."""
    layers = k.layers
    image = k.Input((SIZE, SIZE, 3), name="image")
    x = layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False)(image)
    x = stem = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    x = layers.DepthwiseConv2D(3)(layers.ZeroPadding2D(((0, 1), (1, 0)))(x))
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Concatenate()([layers.Conv2D(6, 3, padding="valid")(stem), layers.Conv2D(5, 2)(x)])
    x = layers.MaxPooling2D(2)(layers.Activation("elu")(x))
    x = layers.Conv2D(6, 3, strides=2, activation="sigmoid")(x)
    x = layers.Dense(7, activation="relu")(layers.Flatten()(x))
    return k.Model(image, layers.Softmax(name="scores")(layers.Dense(CLASSES, name="logits")(x)))


def tokens(k):
    """A vision transformer of Keras' own layers, with an embedding of the places."""
    layers = k.layers
    image = k.Input((SIZE, SIZE, 3), name="image")
    x = layers.Reshape((16, 12))(layers.Conv2D(12, 12, strides=12, name="patches")(image))
    x = x + layers.Embedding(16, 12)(k.ops.arange(16))
    for _ in range(2):
        y = layers.LayerNormalization(epsilon=1e-6)(x)
        x = layers.Add()([layers.MultiHeadAttention(3, 4, dropout=0.1)(y, y), x])
        y = layers.Dense(12)(layers.Dense(24, activation="gelu")(layers.LayerNormalization(epsilon=1e-6)(x)))
        x = x + y
    x = layers.GlobalAveragePooling1D()(layers.LayerNormalization()(x))
    return k.Model(image, layers.Dense(CLASSES, name="logits")(x))


def densenet(k):
    """DenseNet121 as keras.applications builds it and SHAMSUL uses it, narrow and with two layers in each block: 14 findings."""
    layers = k.layers

    def convolution(x, name, filters):
        x = layers.BatchNormalization(epsilon=1.001e-5, name=f"{name}_0_bn")(x)
        x = layers.Conv2D(4 * filters, 1, use_bias=False, name=f"{name}_1_conv")(layers.Activation("relu", name=f"{name}_0_relu")(x))
        x = layers.BatchNormalization(epsilon=1.001e-5, name=f"{name}_1_bn")(x)
        return layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"{name}_2_conv")(layers.Activation("relu", name=f"{name}_1_relu")(x))

    image = k.Input((SIZE, SIZE, 3), name="input_layer")
    x = layers.Conv2D(8, 7, strides=2, use_bias=False, name="conv1_conv")(layers.ZeroPadding2D(3)(image))
    x = layers.Activation("relu", name="conv1_relu")(layers.BatchNormalization(epsilon=1.001e-5, name="conv1_bn")(x))
    x = layers.MaxPooling2D(3, strides=2, name="pool1")(layers.ZeroPadding2D(1)(x))
    for stage in (2, 3, 4, 5):
        for block in (1, 2):
            name = f"conv{stage}_block{block}"
            x = layers.Concatenate(name=f"{name}_concat")([x, convolution(x, name, 4)])
        if stage < 5:
            x = layers.BatchNormalization(epsilon=1.001e-5, name=f"pool{stage}_bn")(x)
            x = layers.Activation("relu", name=f"pool{stage}_relu")(x)
            x = layers.Conv2D(x.shape[-1] // 2, 1, use_bias=False, name=f"pool{stage}_conv")(x)
            x = layers.AveragePooling2D(2, strides=2, name=f"pool{stage}_pool")(x)
    x = layers.Activation("relu", name="relu")(layers.BatchNormalization(epsilon=1.001e-5, name="bn")(x))
    x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
    return k.Model(image, layers.Dense(14, activation="sigmoid", name="predictions")(x), name="densenet121")


def by_make(name):
    def build(_):
        make.keras.config.set_floatx(keras.config.floatx())
        image = keras.Input((SIZE, SIZE, 3), name="image")
        return keras.Model(image, make.MODELS[name][0](image))

    return build


# name → how it is built, by which Keras, and the kinds of files.
MODELS = {
    "mobile": (by_make("mobile"), keras, ("keras", "h5")),
    "normalized": (by_make("normalized"), keras, ("keras", "h5")),
    "nested": (by_make("nested"), keras, ("keras", "h5")),
    "shared": (shared, keras, ("keras", "h5")),
    "tokens": (tokens, keras, ("keras", "h5")),
    "densenet": (densenet, keras, ("keras", "h5")),
    "old": (old, tf_keras, ("k2.h5",)),
    "plain": (plain, tf_keras, ("k2.h5", "k2.keras", "tfjs", "graph")),
}


def with_dtype(k, dtype):
    if k is keras:
        keras.config.set_floatx(dtype)
        keras.config.set_dtype_policy(dtype)
    else:
        tf_keras.backend.set_floatx(dtype)


def seed(model):
    random = np.random.RandomState(0)
    for variable in model.variables:
        path = getattr(variable, "path", None) or variable.name.split(":")[0]
        if "float" not in str(variable.dtype) or "seed" in path:
            continue
        fan_in = max(1, int(np.prod(variable.shape[:-1])))
        few = len(variable.shape) < 2
        values = random.normal(0, 0.2 if few else 2.0 / np.sqrt(fan_in), [int(size) for size in variable.shape])
        if path.endswith(("gamma", "variance")):
            values = np.abs(values) + 0.75
        variable.assign(np.round(values * 64) / 64)


def write(model, name, kind):
    path = OUT / f"{name}.{kind}"
    if kind == "tfjs":
        tfjs.converters.save_keras_model(model, str(path), weight_shard_size_bytes=4096)
    elif kind == "graph":
        saved = OUT / "saved"
        model.export(str(saved)) if hasattr(model, "export") else tf.saved_model.save(model, str(saved))
        from tensorflowjs.converters import tf_saved_model_conversion_v2 as conversion

        conversion.convert_tf_saved_model(str(saved), str(path), weight_shard_size_bytes=4096)
        shutil.rmtree(saved)
    else:
        model.save(path)
    for file in [path] if path.is_file() else list(path.iterdir()):
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))
        file.unlink()


if __name__ == "__main__":
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    x, out, cases = make.inputs()[:1], arrays.Writer(), []
    for name, (build, k, kinds) in MODELS.items():
        with_dtype(k, "float32")
        model = build(k)
        seed(model)
        with_dtype(k, "float64")
        exact_model = build(k)
        exact_model.set_weights(model.get_weights())
        with_dtype(k, "float32")
        for kind in kinds:
            write(model, name, kind)
        scores = model.layers[-1].name == "scores"

        def logits_of(m):
            if name == "densenet":
                m.layers[-1].activation = k.activations.linear
            return k.Model(m.input, m.get_layer("logits").output) if scores else m

        rough = make.gradient(logits_of(model), x)
        exact = make.gradient(logits_of(exact_model), x.astype(np.float64))
        for what, values in zip(("logits", "gradient"), exact):
            # Of a gradient, one number for a pixel, to which each channel adds in a way of its own: the files stay small.
            out.add(values if what == "logits" else values @ np.array([1.0, 2.0, 3.0]), model=name, name=what)
        cases.append({"name": name, "kinds": kinds, "target": TARGET,
                      "float32Distance": {"logits": make.distances(exact[0], rough[0]), "gradient": make.distances(exact[1], rough[1])}})
        print(name, cases[-1]["float32Distance"], flush=True)
    places = out.write(HERE / "files.f24.gz")
    for case in cases:
        own = [place for place in places if place["model"] == case["name"]]
        case["arrays"] = [{key: value for key, value in place.items() if key != "model"} for place in own]
    (HERE / "files.json").write_text(json.dumps(cases, indent=1) + "\n")
