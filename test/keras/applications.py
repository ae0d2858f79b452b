"""One architecture of keras.applications with random weights, as Keras saves it, and TensorFlow's numbers for an image.

    python applications.py list
    python applications.py NAME SIZE FOLDER
    python applications.py shamsul FOLDER

`list` prints the architectures with their families and image sizes as JSON. The other form writes FOLDER/NAME.KIND for each kind of file,
FOLDER/NAME.f64 (image, scores, logits, gradient: float64, channels last) and prints what it measured as JSON. Names that begin with
tf_keras. are architectures that only Keras 2 has. The last form writes the SHAMSUL study's model, FOLDER/shamsul.keras and .h5.
"""

import importlib
import json
import os
import sys
import zlib

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_USE_LEGACY_KERAS"] = "0"

CLASSES, TARGET = 1000, 3
# The image sizes that the published weights take, where it is not 224.
SIZES = {
    "EfficientNetB1": 240, "EfficientNetB2": 260, "EfficientNetB3": 300, "EfficientNetB4": 380, "EfficientNetB5": 456,
    "EfficientNetB6": 528, "EfficientNetB7": 600, "EfficientNetV2B1": 240, "EfficientNetV2B2": 260, "EfficientNetV2B3": 300,
    "EfficientNetV2S": 384, "EfficientNetV2M": 480, "EfficientNetV2L": 480, "InceptionResNetV2": 299, "InceptionV3": 299,
    "NASNetLarge": 331, "Xception": 299,
}
# The smallest of each family runs at its usual size, the others (and ConvNeXt, for whose windows TensorFlow takes minutes in float64) at
# one at which they run soon: their layers are the same.
SMALL = 96
SMALLEST = ["DenseNet121", "EfficientNetB0", "EfficientNetV2B0", "InceptionResNetV2", "InceptionV3", "MobileNet", "MobileNetV2",
            "MobileNetV3Small", "NASNetMobile", "ResNet50", "ResNet50V2", "VGG16", "VGG19", "Xception"]
# Families of Keras 2 that Keras 3 lacks: one member of each, and of RegNet one of each kind of block.
ONLY_KERAS_2 = {"RegNetX002": "regnet", "RegNetY002": "regnet", "ResNetRS50": "resnet_rs"}


def architectures():
    import keras

    found = []
    for name in dir(keras.applications):
        build = getattr(keras.applications, name)
        if callable(build) and name[0].isupper():
            found.append({"name": name, "family": build.__module__.split(".")[-1], "size": SIZES.get(name, 224) if name in SMALLEST else SMALL})
    return found + [{"name": f"tf_keras.{name}", "family": family, "size": 224} for name, family in ONLY_KERAS_2.items()]


def main(name, size, folder):
    import numpy as np
    import tensorflow as tf

    library, _, short = name.rpartition(".")
    k = importlib.import_module(library or "keras")
    module = importlib.import_module(f"tf_keras.applications.{ONLY_KERAS_2[short]}") if library else k.applications
    random = np.random.RandomState(zlib.crc32(short.encode()))
    rough = np.float32(random.uniform(0, 255, (4, size // 8 + 1, size // 8 + 1, 3)))
    pixels = tf.image.resize(rough, (size, size), "bicubic").numpy().clip(0, 255)
    package = sys.modules[getattr(module, short).__module__]
    images = package.preprocess_input(pixels.copy()) if hasattr(package, "preprocess_input") else pixels

    def build(dtype):
        (k.config if k.__name__ == "keras" else k.backend).set_floatx(dtype)
        if k.__name__ == "keras":
            k.config.set_dtype_policy(dtype)
        return getattr(module, short)(weights=None, input_shape=(size, size, 3), classes=CLASSES)

    def answers(model, dtype):
        """Its scores, then its logits and their gradient, as float64."""
        x = tf.constant(image, dtype)
        scores = np.asarray(model(x, training=False), np.float64)
        model.layers[-1].activation = k.activations.linear
        with tf.GradientTape() as tape:
            tape.watch(x)
            logits = tf.reshape(model(x, training=False), (1, CLASSES))
            score = logits[0, TARGET]
        return scores, np.asarray(logits, np.float64), np.asarray(tape.gradient(score, x), np.float64)

    model = build("float32")
    fill(model, images, random)
    kinds = ["keras", "h5"]
    for kind in kinds:
        model.save(os.path.join(folder, f"{name}.{kind}"))
    image = np.asarray(images[:1], np.float32)
    weights, parameters = model.get_weights(), model.count_params()
    own = answers(model, "float32")
    del model
    twin = build("float64")
    twin.set_weights(weights)
    exact = answers(twin, "float64")
    with open(os.path.join(folder, f"{name}.f64"), "wb") as file:
        for values in (pixels[:1], image, *exact):
            file.write(np.ascontiguousarray(values, "<f8").tobytes())
    noise = {what: distance(*pair) for what, *pair in zip(("scores", "logits", "gradient"), own, exact)}
    print(json.dumps({"name": name, "size": size, "classes": CLASSES, "target": TARGET, "kinds": kinds, "parameters": int(parameters), "noise": noise}))


def shamsul(folder):
    """DenseNet121 without its classes, the mean of each channel, and a sigmoid for each of 14 findings."""
    import keras
    import numpy as np

    base = keras.applications.DenseNet121(include_top=False, weights=None, input_shape=(224, 224, 3), pooling="avg")
    model = keras.Model(base.input, keras.layers.Dense(14, activation="sigmoid", name="predictions")(base.output))
    random = np.random.RandomState(0)
    fill(model, random.normal(0, 1, (4, 224, 224, 3)).astype(np.float32), random)
    for kind in ("keras", "h5"):
        model.save(os.path.join(folder, f"shamsul.{kind}"))
    print("{}")


def distance(a, b):
    """Relative L2."""
    import numpy as np

    return float(np.linalg.norm(a - b) / np.linalg.norm(b))


def fill(model, images, random):
    """Random weights with which every layer's values stay in a usual range: normalisations get the statistics of the images."""
    import numpy as np

    norms = []
    for layer in model._flatten_layers():
        if type(layer).__name__ in ("BatchNormalization", "SyncBatchNormalization"):
            norms.append((layer, layer.momentum))
            layer.momentum = 0.0
    for variable in model.trainable_variables:
        path = getattr(variable, "path", None) or variable.name.split(":")[0]
        shape = [int(each) for each in variable.shape]
        if path.endswith("gamma"):
            values = random.uniform(0.75, 1.25, shape)
        elif len(shape) < 2:
            values = random.normal(0, 0.1, shape)
        else:
            # Of a depthwise kernel [height, width, channels, 1], only the window is summed up.
            summed = shape[0] * shape[1] if "depthwise" in path else np.prod(shape[:-1])
            values = random.standard_normal(shape).astype(np.float32) * np.sqrt(2 / summed)
        variable.assign(values.astype(np.float32))
    model(images, training=True)
    for layer, momentum in norms:
        layer.momentum = momentum
        layer.moving_mean.assign(np.asarray(layer.moving_mean) + random.normal(0, 0.01, layer.moving_mean.shape))


if __name__ == "__main__":
    if sys.argv[1] == "list":
        print(json.dumps(architectures()))
    elif sys.argv[1] == "shamsul":
        shamsul(sys.argv[2])
    else:
        main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
