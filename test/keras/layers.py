"""Small networks around one layer each, as Keras saves them, and what they answer.

    python layers.py FOLDER

Writes FOLDER/NAME.keras and NAME.h5, FOLDER/image.f32 ([1, 16, 16, 3], float32), and prints for each name what the network answers, in
float64 where its layers know it, and whether Keras could save it.
"""

import json
import os
import sys

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers, ops  # noqa: E402

SIZE, CLASSES = 16, 4
folder = sys.argv[1]
L = layers


@keras.saving.register_keras_serializable("mine")
class Own(layers.Layer):
    def call(self, x):
        return x * 2


def tokens(x):
    return layers.Reshape((64, 12))(layers.Conv2D(12, 2, strides=2)(x))


def pixels(x):
    return layers.Conv2D(6, 3, padding="same", name="stem")(x)


def attention(x, **more):
    x = tokens(x)
    return layers.MultiHeadAttention(3, 5, **more)(x, x)


def cross_attention(x):
    x = tokens(x)
    return layers.MultiHeadAttention(2, 4, value_dim=6, output_shape=7)(x, x[:, :5], x[:, 5:10])


def vit(x):
    """A vision transformer of Keras' own layers, with an embedding of the places."""
    x = tokens(x)
    x = x + layers.Embedding(64, 12)(ops.arange(64))
    for _ in range(2):
        y = layers.LayerNormalization(epsilon=1e-6)(x)
        x = layers.Add()([layers.MultiHeadAttention(3, 4, dropout=0.1)(y, y), x])
        y = layers.Dense(12)(layers.Dense(24, activation="gelu")(layers.LayerNormalization(epsilon=1e-6)(x)))
        x = x + y
    return layers.LayerNormalization()(x)


def nested(x):
    inner_in = keras.Input((None, None, 6))
    inner = keras.Model(inner_in, layers.BatchNormalization()(layers.Conv2D(6, 3, padding="same", activation="relu")(inner_in)))
    outer = keras.Sequential([layers.Conv2D(6, 1), inner, layers.Conv2D(6, 1)])
    return outer(pixels(x))


def nested_twice(x):
    """A model that is called by two: Keras' .keras files keep its weights once, and Keras itself cannot open them again."""
    inner_in = keras.Input((None, None, 6))
    inner = keras.Model(inner_in, layers.Conv2D(6, 3, padding="same")(inner_in))
    return inner(keras.Sequential([layers.Conv2D(6, 1), inner])(pixels(x)))


def shared(x):
    conv = layers.Conv2D(3, 3, padding="same")
    return conv(conv(x)) + conv(x * 2)


one = lambda layer: lambda x: layer(pixels(x))
flat = lambda layer: lambda x: layer(layers.GlobalAveragePooling2D()(pixels(x)))
rows = lambda layer: lambda x: layer(tokens(x))
image = lambda layer: lambda x: pixels(layer(x))

CASES = {
    # Images.
    "Activation": one(L.Activation("mish")),
    "AdaptiveAveragePooling2D": one(L.AdaptiveAveragePooling2D(4)),
    "AdaptiveMaxPooling2D": one(L.AdaptiveMaxPooling2D(4)),
    "AveragePooling2D": one(L.AveragePooling2D(3, 2, "same")),
    "AveragePooling2D-valid": one(L.AveragePooling2D(3, 2)),
    "MaxPooling2D": one(L.MaxPooling2D(3, 2, "same")),
    "GlobalMaxPooling2D": one(L.GlobalMaxPooling2D()),
    "GlobalAveragePooling2D-keep": one(L.GlobalAveragePooling2D(keepdims=True)),
    "BatchNormalization": one(L.BatchNormalization(scale=False)),
    "BatchNormalization-axis1": one(L.BatchNormalization(axis=1)),
    "GroupNormalization": one(L.GroupNormalization(3)),
    "LayerNormalization": one(L.LayerNormalization()),
    "LayerNormalization-axes": one(L.LayerNormalization(axis=[1, 2, 3])),
    "RMSNormalization": one(L.RMSNormalization()),
    "UnitNormalization": one(L.UnitNormalization()),
    "SpectralNormalization": one(L.SpectralNormalization(L.Conv2D(5, 3))),
    "Conv2D-dilated": one(L.Conv2D(5, 3, dilation_rate=2, padding="same")),
    "Conv2D-groups": one(L.Conv2D(6, 3, groups=3, strides=(2, 1))),
    "Conv2DTranspose": one(L.Conv2DTranspose(5, 3, strides=2, padding="same")),
    "Conv2DTranspose-valid": one(L.Conv2DTranspose(5, 4, strides=3)),
    "Conv2DTranspose-output": one(L.Conv2DTranspose(5, 3, strides=2, output_padding=1)),
    "Conv2DTranspose-dilated": one(L.Conv2DTranspose(5, 3, dilation_rate=2)),
    "DepthwiseConv2D": one(L.DepthwiseConv2D(3, depth_multiplier=2, strides=2, padding="same")),
    "DepthwiseConv2D-dilated": one(L.DepthwiseConv2D(3, dilation_rate=2)),
    "SeparableConv2D": one(L.SeparableConv2D(5, 3, depth_multiplier=2, padding="same")),
    "Cropping2D": one(L.Cropping2D(((1, 2), (0, 3)))),
    "ZeroPadding2D": one(L.ZeroPadding2D(((1, 2), (0, 3)))),
    "UpSampling2D": one(L.UpSampling2D(2)),
    "UpSampling2D-bilinear": one(L.UpSampling2D(2, interpolation="bilinear")),
    "UpSampling2D-bicubic": one(L.UpSampling2D(2, interpolation="bicubic")),
    "PReLU": one(L.PReLU()),
    "ReLU": one(L.ReLU(max_value=1.0, negative_slope=0.1)),
    "ReLU-threshold": one(L.ReLU(threshold=0.2)),
    "LeakyReLU": one(L.LeakyReLU(0.2)),
    "ELU": one(L.ELU(0.7)),
    "Softmax": one(L.Softmax()),
    "Softmax-axes": one(L.Softmax(axis=[1, 2])),
    "Dropout": one(L.SpatialDropout2D(0.4)),
    "GaussianDropout": one(L.GaussianDropout(0.4)),
    "GaussianNoise": one(L.GaussianNoise(0.4)),
    "AlphaDropout": one(L.AlphaDropout(0.4)),
    "ActivityRegularization": one(L.ActivityRegularization(0.1)),
    "Identity": one(L.Identity()),
    "Permute": one(L.Permute((3, 1, 2))),
    "Reshape": one(L.Reshape((-1, 12))),
    "Dense-image": one(L.Dense(5, activation="selu")),
    "EinsumDense": rows(L.EinsumDense("bac,cd->bad", output_shape=(64, 5), bias_axes="d")),
    "Masking": rows(L.Masking(mask_value=0.0)),
    "TimeDistributed": one(L.TimeDistributed(L.Dense(4))),
    "Wrapper": one(L.TimeDistributed(L.Conv1D(4, 3))),
    # Merging.
    "Average": lambda x: L.Average()([x, x * 2, x + 1]),
    "Minimum": lambda x: L.Minimum()([x, 1 - x]),
    "Subtract": lambda x: L.Subtract()([x, x * x]),
    "Concatenate": lambda x: L.Concatenate(axis=1)([x, x * 2]),
    "Dot": lambda x: L.Dot(axes=2)([tokens(x), tokens(x)]),
    # Rows of tokens.
    "MultiHeadAttention": attention,
    "MultiHeadAttention-no-bias": lambda x: attention(x, use_bias=False, value_dim=4),
    "MultiHeadAttention-cross": cross_attention,
    "MultiHeadAttention-causal": lambda x: (lambda t: L.MultiHeadAttention(2, 4)(t, t, use_causal_mask=True))(tokens(x)),
    "MultiHeadAttention-axes": lambda x: L.MultiHeadAttention(2, 4, attention_axes=(1, 2))(*[pixels(x)] * 2),
    "GroupQueryAttention": lambda x: (lambda t: L.GroupQueryAttention(4, 4, 2)(t, t))(tokens(x)),
    "Attention": lambda x: (lambda t: L.Attention()([t, t]))(tokens(x)),
    "AdditiveAttention": lambda x: (lambda t: L.AdditiveAttention()([t, t]))(tokens(x)),
    "vit": vit,
    "Embedding": lambda x: L.Embedding(10, 4)(ops.cast(L.GlobalAveragePooling2D()(x) * 9, "int32")),
    "GlobalAveragePooling1D": rows(L.GlobalAveragePooling1D()),
    "GlobalMaxPooling1D": rows(L.GlobalMaxPooling1D()),
    "AveragePooling1D": rows(L.AveragePooling1D(2)),
    "MaxPooling1D": rows(L.MaxPooling1D(2)),
    "Conv1D": rows(L.Conv1D(5, 3, padding="same")),
    "SeparableConv1D": rows(L.SeparableConv1D(5, 3)),
    "ZeroPadding1D": rows(L.ZeroPadding1D(2)),
    "Cropping1D": rows(L.Cropping1D(2)),
    "UpSampling1D": rows(L.UpSampling1D(2)),
    "BatchNormalization-rows": rows(L.BatchNormalization()),
    "LSTM": rows(L.LSTM(5)),
    "GRU": rows(L.GRU(5)),
    "SimpleRNN": rows(L.SimpleRNN(5)),
    "Bidirectional": rows(L.Bidirectional(L.LSTM(3))),
    "ConvLSTM1D": lambda x: L.ConvLSTM1D(3, 2)(x),
    "Conv3D": lambda x: L.Conv3D(2, 3)(x[..., None]),
    "RepeatVector": flat(L.RepeatVector(3)),
    "Dense-softsign": flat(L.Dense(5, activation="softsign")),
    # What prepares the image.
    "Rescaling": image(L.Rescaling([1.0, 2.0, 3.0], offset=[0.1, 0.2, 0.3])),
    "Normalization": image(L.Normalization(mean=[0.1, 0.2, 0.3], variance=[0.4, 0.5, 0.6])),
    "Normalization-adapted": image(L.Normalization()),
    "Normalization-invert": image(L.Normalization(mean=0.3, variance=0.4, invert=True)),
    "Resizing": image(L.Resizing(12, 20)),
    "Resizing-nearest": image(L.Resizing(12, 20, interpolation="nearest")),
    "Resizing-crop": image(L.Resizing(12, 20, crop_to_aspect_ratio=True)),
    "CenterCrop": image(L.CenterCrop(10, 13)),
    "RandomFlip": image(L.RandomFlip()),
    "RandomRotation": image(L.RandomRotation(0.2)),
    "RandomZoom": image(L.RandomZoom(0.2)),
    "RandomTranslation": image(L.RandomTranslation(0.2, 0.2)),
    "RandomContrast": image(L.RandomContrast(0.2)),
    "RandomBrightness": image(L.RandomBrightness(0.2)),
    "RandomHue": image(L.RandomHue(0.2, value_range=(0, 1))),
    "RandomSaturation": image(L.RandomSaturation(0.2, value_range=(0, 1))),
    "RandomSharpness": image(L.RandomSharpness(0.2, value_range=(0, 1))),
    "RandomShear": image(L.RandomShear(0.2, 0.2)),
    "RandomColorJitter": image(L.RandomColorJitter((0, 1), 0.1, 0.1, 0.1, 0.1)),
    "RandomColorDegeneration": image(L.RandomColorDegeneration(0.5, value_range=(0, 1))),
    "RandomErasing": image(L.RandomErasing(value_range=(0, 1))),
    "RandomGrayscale": image(L.RandomGrayscale(0.5)),
    "RandomInvert": image(L.RandomInvert(0.5, value_range=(0, 1))),
    "RandomGaussianBlur": image(L.RandomGaussianBlur(0.5, value_range=(0, 1))),
    "RandomPosterization": image(L.RandomPosterization(4, value_range=(0, 1))),
    "RandomPerspective": image(L.RandomPerspective(0.5)),
    "RandomElasticTransform": image(L.RandomElasticTransform(0.5)),
    "AutoContrast": image(L.AutoContrast(value_range=(0, 1))),
    "Equalization": image(L.Equalization(value_range=(0, 1))),
    "Solarization": image(L.Solarization(value_range=(0, 1))),
    "RandAugment": image(L.RandAugment(value_range=(0, 1))),
    "AugMix": image(L.AugMix(value_range=(0, 1))),
    "MixUp": image(L.MixUp()),
    "CutMix": image(L.CutMix()),
    "Pipeline": image(L.Pipeline([L.RandomFlip(), L.Rescaling(0.5)])),
    "Discretization": lambda x: L.Discretization(bin_boundaries=[0.2, 0.5])(x),
    # Models in models, and Python code.
    "nested": nested,
    "nested-twice": nested_twice,
    "shared": shared,
    "Lambda": lambda x: L.Lambda(lambda y: y * 2, output_shape=(SIZE, SIZE, 6))(pixels(x)),
    "Own": one(Own()),
    # Operations.
    "ops-depth": lambda x: ops.nn.depth_to_space(pixels(x)[..., :4], 2),
    "ops-einsum": lambda x: ops.einsum("bhwc,bhwd->bcd", x, x),
    "ops-split": lambda x: ops.split(pixels(x), 2, axis=-1)[1],
    "ops-stack": lambda x: ops.stack([x, x * 2], axis=-1),
    "ops-pad": lambda x: ops.pad(x, [[0, 0], [1, 2], [3, 0], [0, 0]]),
    "ops-where": lambda x: ops.where(x > 0.5, x, -x),
    "ops-var": lambda x: ops.var(x, axis=[1, 2], keepdims=True),
    "ops-std": lambda x: ops.std(x, axis=-1),
    "ops-roll": lambda x: ops.roll(x, 2, axis=1),
    "ops-flip": lambda x: ops.flip(x, axis=1),
    "ops-tile": lambda x: ops.tile(x, [1, 1, 2, 1]),
    "ops-normalize": lambda x: ops.nn.normalize(x, axis=-1),
    "ops-image-resize": lambda x: ops.image.resize(x, (9, 11)),
    "ops-relu": lambda x: ops.nn.leaky_relu(x - 0.5, 0.3),
    "ops-cast": lambda x: ops.cast(ops.cast(x * 9, "int32"), "float32"),
    "ops-average-pool": lambda x: ops.average_pool(x, 2),
    "ops-moments": lambda x: ops.mean(ops.square(x), axis=-1, keepdims=True) * x,
    "ops-swapaxes": lambda x: ops.swapaxes(x, 1, 2),
    "ops-floor": lambda x: ops.floor(x * 4),
    "ops-gelu": lambda x: ops.gelu(x, approximate=False),
    "ops-elu": lambda x: ops.elu(x - 0.5, alpha=0.3),
    "ops-log-softmax": lambda x: ops.log_softmax(x, axis=1),
    "ops-softmax": lambda x: ops.softmax(x, axis=2),
    "ops-max": lambda x: ops.max(x, axis=1),
    "ops-dot": lambda x: ops.matmul(L.Reshape((16, 48))(x), ops.transpose(L.Reshape((16, 48))(x), (0, 2, 1))),
}
POLICIES = ["mixed_float16", "mixed_bfloat16", "float16", "bfloat16", "float64"]


def policy(name):
    def build(x):
        with_dtype = dict(dtype=name)
        x = L.Conv2D(6, 3, padding="same", **with_dtype)(x)
        x = L.ReLU(**with_dtype)(L.BatchNormalization(**with_dtype)(x))
        return L.GlobalAveragePooling2D(**with_dtype)(x)

    return build


for name in POLICIES:
    CASES[f"policy-{name}"] = policy(name)


def build(case):
    keras.utils.clear_session()
    given = keras.Input((SIZE, SIZE, 3), name="image")
    x = case(given)
    while len(x.shape) > 2:
        x = layers.Flatten()(x)
    if "float" not in x.dtype:
        x = ops.cast(x, "float32")
    return keras.Model(given, layers.Dense(CLASSES, name="logits", dtype="float32")(x))


def fill(model):
    random = np.random.RandomState(0)
    for variable in model.weights:
        if "float" not in variable.dtype or "seed" in variable.path:
            continue
        values = random.normal(0, 0.4, variable.shape)
        variable.assign(np.abs(values) + 0.5 if "variance" in variable.path else values)


if __name__ == "__main__":
    random = np.random.RandomState(1)
    given = random.uniform(0, 1, (1, SIZE, SIZE, 3)).astype(np.float32)
    given.tofile(os.path.join(folder, "image.f32"))
    answers = {}
    for name, case in CASES.items():
        try:
            model = build(case)
            fill(model)
            for layer in model._flatten_layers():
                if name == "Normalization-adapted" and isinstance(layer, layers.Normalization):
                    layer.adapt(random.uniform(0, 1, (8, SIZE, SIZE, 3)))
            answer = np.asarray(model(given, training=False), np.float64)[0]
        except Exception as error:
            answers[name] = {"unbuilt": f"{type(error).__name__}: {error}"[:200]}
            continue
        kinds = []
        for kind in ("keras", "h5"):
            try:
                model.save(os.path.join(folder, f"{name}.{kind}"))
                kinds.append(kind)
            except Exception as error:
                print(name, kind, str(error)[:200], file=sys.stderr)
        answers[name] = {"kinds": kinds, "answer": answer.tolist()}
    print(json.dumps(answers))
