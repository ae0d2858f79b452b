"""TensorFlow SavedModels for the tests of the import, and what they answer for a picture.

    python saved.py FOLDER PICTURE

Writes FOLDER/NAME/ for each model, and prints as JSON what those that can be imported answer for the picture of 32 x 32 pixels, each divided
by 255.
"""

import json
import os
import sys

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
import tf_keras  # noqa: E402

SIZE, CLASSES = 32, 4
folder, picture = sys.argv[1:3]
at = lambda name: os.path.join(folder, name)


def network(k, size=(SIZE, SIZE), activation="softmax"):
    layers = k.layers
    image = k.Input((*size, 3), name="image")
    x = layers.Normalization(mean=[0.4, 0.5, 0.6], variance=[0.05, 0.06, 0.07])(image)
    x = layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False)(x)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    x = layers.Add()([x, layers.DepthwiseConv2D(3, padding="same", activation="tanh")(x)])
    x = layers.GlobalAveragePooling2D()(x)
    model = k.Model(image, layers.Dense(CLASSES, activation=activation)(x))
    random = np.random.RandomState(1)
    for variable in model.weights:
        name = getattr(variable, "path", variable.name)
        values = random.normal(0, 0.5, [int(each) for each in variable.shape])
        variable.assign(np.abs(values) + 0.5 if "variance" in name else values)
    return model


class Served(tf.Module):
    """A function of one image, as a SavedModel."""

    def __init__(self, answer, shape, dtype=tf.float32, more=()):
        super().__init__()
        self.kernel = tf.Variable(np.random.RandomState(2).normal(0, 1, (5, 5, 3, CLASSES)), dtype=tf.float32)
        specs = [tf.TensorSpec(shape, dtype, name="image"), *more]
        self.serve = tf.function(lambda image, *rest: answer(self, image, *rest), input_signature=specs)

    def save(self, name):
        tf.saved_model.save(self, at(name), signatures=self.serve)


def convolved(self, image):
    return {"scores": tf.reduce_mean(tf.nn.relu(tf.nn.conv2d(image, self.kernel, 2, "SAME")), [1, 2])}


def writes(self, image):
    with tf.control_dependencies([tf.io.write_file(at("written"), "x")]):
        return convolved(self, image)


def unknown(self, image):
    return {"scores": tf.linalg.svd(tf.reduce_mean(image, 3), compute_uv=False)[:, :CLASSES]}


def random_answer(self, image):
    return {"scores": convolved(self, image)["scores"] + tf.random.uniform([CLASSES])}


ANY = [None, SIZE, SIZE, 3]
models = {
    "keras3": network(keras),
    "keras2": network(tf_keras),
    "open": network(keras, (None, None), None),
    "function": Served(convolved, ANY),
    "fixed": Served(convolved, [1, SIZE, SIZE, 3]),
}
models["keras3"].export(at("keras3"), verbose=False)
models["keras2"].save(at("keras2"))
models["open"].export(at("open"), verbose=False)
models["function"].save("function")
models["fixed"].save("fixed")
Served(lambda self, image: convolved(self, tf.cast(image, tf.float32)), ANY, tf.uint8).save("bytes")
Served(lambda self, image, age: {"scores": convolved(self, image)["scores"] * age}, ANY, more=[tf.TensorSpec([None, 1], name="age")]).save("two")
Served(writes, ANY).save("writes")
Served(unknown, ANY).save("unknown")
Served(random_answer, ANY).save("random")
tf.saved_model.save(tf.Module(), at("none"))

pixels = tf.io.decode_image(tf.io.read_file(picture), channels=3)[None]
image = tf.cast(pixels, tf.float32) / 255
answers = {}
for name, model in models.items():
    answer = model.serve(image)["scores"] if isinstance(model, Served) else model(image)
    answers[name] = np.asarray(answer)[0].tolist()
print(json.dumps(answers))
