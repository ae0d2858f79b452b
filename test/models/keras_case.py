"""One architecture of keras.applications: built once, saved by each way, and what the product said judged by TensorFlow."""

import os
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras  # noqa: E402
import numpy as np  # noqa: E402
import photo  # noqa: E402
import tensorflow as tf  # noqa: E402
from distances import SMALL, cosine, largest, relative  # noqa: E402

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)

CLASSES = 20
#: What float32 rounds away, relative to a value.
ROUNDING = 2e-7
BYTES = {"scale": 1, "mean": [0.0] * 3, "std": [1.0] * 3}
SIGNED = {"scale": 1, "mean": [127.5] * 3, "std": [127.5] * 3}


def redraw(model, generator):
    """See weights.py."""
    for variable in model.weights:
        name, shape = variable.path.split("/")[-1], tuple(variable.shape)
        if name == "gamma" and len(shape) == 1:
            is_scale = float(np.abs(np.array(variable)).max()) < 0.1
            variable.assign(generator.uniform(*((0.2, 0.8) if is_scale else (0.6, 1.4)), size=shape))
        elif name in ("beta", "bias"):
            variable.assign(generator.normal(size=shape) * 0.05)


def calibrate(model, batch, generator):
    norms = [layer for layer in model._flatten_layers() if isinstance(layer, keras.layers.BatchNormalization)]
    for norm in norms:
        norm.momentum = 0.0
    model(batch, training=True)
    for norm in norms:
        norm.momentum = 0.99
        variance = np.array(norm.moving_variance)
        norm.moving_variance.assign(variance * generator.uniform(0.8, 1.3, size=variance.shape) + 1e-4)


def resized(cam: np.ndarray, size) -> np.ndarray:
    """Bilinear, as PyTorch and the product resize; [h, w]"""
    return tf.image.resize(cam[..., None], size, method="bilinear", antialias=False).numpy()[..., 0]


class KerasCase:
    def __init__(self, row: dict, folder: Path):
        self.row, self.folder = row, folder
        self.size = tuple(row["size"])
        self.input = BYTES if row.get("preprocesses") else SIGNED
        generator = np.random.default_rng(7)
        keras.backend.clear_session()
        keras.utils.set_random_seed(7)
        self.model = self.make()
        redraw(self.model, generator)
        calibrate(self.model, photo.crops(self.size, **self.input), generator)
        self.image = photo.prepared(self.size, **self.input)[None]
        self.target = int(np.argmax(self.model(self.image, training=False)[0]))
        self.logits, self.gradient = self.differentiate(self.with_logits(self.model), self.image)
        self.noise = None

    def make(self):
        build = getattr(keras.applications, self.row["model"])
        return build(weights=None, input_shape=(*self.size, 3), classes=CLASSES, **self.row.get("options", {}))

    @staticmethod
    def with_logits(model):
        """The model without its softmax; the layers are shared."""
        last = model.layers[-1]
        config = {**last.get_config(), "activation": "linear", "name": "logits_of_the_model"}
        layer = type(last).from_config(config)
        logits = keras.Model(model.inputs, layer(last.input))
        layer.set_weights(last.get_weights())
        return logits

    def differentiate(self, model, image):
        """Logits [classes] and the gradient [h, w, 3]."""
        x = tf.convert_to_tensor(image)
        with tf.GradientTape() as tape:
            tape.watch(x)
            logits = model(x, training=False)[0]
            logit = logits[self.target]
        return logits.numpy(), tape.gradient(logit, x).numpy()[0]

    def about(self) -> dict:
        photo.write(self.folder / "photo.png", self.size)
        return {"target": self.target, "card": {"input": {"size": self.size, "resize": "squash", **self.input}}}

    def export(self, exporter: str) -> Path:
        if exporter in ("keras", "h5"):
            file = self.folder / f"model.{exporter}"
            self.model.save(file)
            return file
        file = self.folder / "model.onnx"
        if exporter == "onnx":
            self.model.export(str(file), format="onnx", verbose=False)
        else:
            self.by_tf2onnx(file)
        return file

    def by_tf2onnx(self, file):
        import tf2onnx

        function = tf.function(lambda image: self.model(image, training=False))
        signature = [tf.TensorSpec((None, *self.size, 3), tf.float32, name="input")]
        tf2onnx.convert.from_function(function, signature, opset=15, output_path=str(file))

    def runs(self, file: Path) -> str | None:
        if file.suffix != ".onnx":
            return None
        try:
            import onnxruntime as ort
        except ImportError:
            return None
        try:
            session = ort.InferenceSession(str(file), providers=["CPUExecutionProvider"])
            scores = session.run(None, {session.get_inputs()[0].name: self.image})[0]
        except Exception as error:
            return str(error)[:300]
        error = largest(scores, self.model(self.image, training=False))
        return None if error < 1e-2 else f"its numbers in ONNX Runtime differ by {error:.2g} from the framework's"

    def with_noise(self) -> dict:
        """How far TensorFlow's float32 numbers are from its own in double precision, and under rounding."""
        if self.noise is None:
            exact_logits, exact = self.exact()
            draws = self.noisy()
            self.noise = {
                "predict": max(largest(self.logits, exact_logits), *(largest(y, self.logits) for y, _ in draws)),
                "gradient": max(relative(self.gradient, exact), *(relative(g, self.gradient) for _, g in draws)),
                "exact": exact,
            }
        return self.noise

    def exact(self):
        keras.config.set_floatx("float64")
        keras.config.set_dtype_policy("float64")
        try:
            model = self.make()
            model.set_weights(self.model.get_weights())
            return self.differentiate(self.with_logits(model), self.image.astype(np.float64))
        finally:
            keras.config.set_floatx("float32")
            keras.config.set_dtype_policy("float32")

    def noisy(self, draws=3):
        """With weights and image off by what float32 rounds away."""
        generator = np.random.default_rng(1)
        kept = self.model.get_weights()
        off = lambda values: (values * (1 + ROUNDING * generator.normal(size=np.shape(values)))).astype(np.float32)  # noqa: E731
        try:
            found = []
            for _ in range(draws):
                self.model.set_weights([off(w) if w.dtype == np.float32 else w for w in kept])
                found.append(self.differentiate(self.with_logits(self.model), off(self.image)))
            return found
        finally:
            self.model.set_weights(kept)

    def judge(self, measured: dict, exporter: str, file: Path) -> dict:
        verdict = {}
        if "predict" in measured:
            error = largest(measured["predict"]["logits"], self.logits)
            verdict["predict"] = {"error": error, "noise": None if error <= SMALL else self.with_noise()["predict"]}
        if "gradient" in measured:
            verdict["gradient"] = self.judge_gradient(self.read("gradient").reshape(3, *self.size).transpose(1, 2, 0))
        if "gradCam" in measured:
            verdict["layer"] = self.judge_layer(measured["inspect"]["layer"], self.read("gradCam"))
        return verdict

    def read(self, name):
        return np.fromfile(self.folder / f"{name}.f32", dtype=np.float32)

    def judge_gradient(self, ours):
        error = relative(ours, self.gradient)
        if error <= SMALL:
            return {"error": error, "noise": None}
        noise = self.with_noise()
        return {"error": min(error, relative(ours, noise["exact"])), "noise": noise["gradient"]}

    def judge_layer(self, layer, ours):
        """The layers of which one that knows the architecture would take one: those that the manifest names, else the last
        of each kind that has a grid."""
        body = keras.Model(self.model.inputs, [layer.output for layer in self.gridded()] + [self.model.layers[-1].input])
        head = self.with_logits(self.model).layers[-1]
        x = tf.convert_to_tensor(self.image)
        with tf.GradientTape() as tape:
            tape.watch(x)
            *values, features = body(x, training=False)
            logit = head(features)[0, self.target]
        gradients = tape.gradient(logit, values)
        fits = []
        for each, value, gradient in zip(self.gridded(), values, gradients):
            if gradient is None or tuple(value.shape[1:]) != (*layer["shape"][1:], layer["shape"][0]):
                continue
            weighted = value[0] * tf.reduce_mean(gradient[0], (0, 1))
            cam = tf.nn.relu(tf.reduce_sum(weighted, -1)).numpy()
            fits.append((each.name, cosine(ours, resized(cam, self.size))))
        wanted = self.specialists()
        right = max((fit for fit in fits if fit[0] in wanted), key=lambda fit: fit[1], default=(None, 0.0))
        best = max(fits, key=lambda fit: fit[1], default=(None, 0.0))
        return {
            "ours": layer["name"],
            "cosine": right[1],
            "specialist": right[0] or ", ".join(wanted),
            "equals": best[0] if best[1] > 0.999 else None,
            "blank": not ours.any(),
        }

    def gridded(self):
        """The layers whose output is [N, h, w, c] with at least four places."""
        def places(layer):
            shape = getattr(getattr(layer, "output", None), "shape", ())
            return shape[1] * shape[2] if len(shape) == 4 and shape[1] and shape[2] else 0
        return [layer for layer in self.model.layers if places(layer) >= 4 and layer.__class__.__name__ != "InputLayer"]

    def specialists(self) -> list[str]:
        if "layers" in self.row:
            return self.row["layers"]
        last = {}
        for layer in self.gridded():
            last[layer.__class__.__name__] = layer.name
        kinds = ("Conv2D", "SeparableConv2D", "DepthwiseConv2D", "BatchNormalization", "LayerNormalization", "Activation",
                 "ReLU", "Add", "Concatenate", "MaxPooling2D")
        final = self.gridded()[-1].name
        return [*{final, *(last[kind] for kind in kinds if kind in last and self.is_last_stage(last[kind]))}]

    def is_last_stage(self, name):
        """Of the last grid's size."""
        final = self.gridded()[-1].output.shape[1:3]
        return self.model.get_layer(name).output.shape[1:3] == final
