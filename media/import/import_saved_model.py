"""Exports a TensorFlow SavedModel to ONNX for Saliency Lens, which shows this file before it runs it.

    python import_saved_model.py '{"source": "FOLDER", "out": "FOLDER", ...}'

It loads the model, exports it to an ONNX file in the folder `out`, and stores what the model itself answers for a picture, so that
the export can be compared with it. It writes nothing else, and stays offline. Every line on standard output is one JSON object;
what TensorFlow prints goes to standard error.
"""
import importlib
import json
import os
import re
import runpy
import signal
import sys
import threading
import traceback

job = json.loads(sys.argv[1])
channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)
wanted_hosts = []
stage = "load"


class Stop(Exception):
    """Ends the script with a report."""

    def __init__(self, **report):
        super().__init__(str(report))
        self.report = report


def say(**message):
    channel.write(json.dumps(message) + "\n")
    channel.flush()


def step(name, text):
    global stage
    stage = name
    say(step=text)


def end_with_parent():
    """Whoever started this script holds its standard input; if that closes, nobody waits for the result."""
    sys.stdin.buffer.read()
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def stay_offline(event, args):
    """Refuses connections to other machines, whichever library asks for one."""
    if event == "socket.getaddrinfo" or (event == "socket.connect" and isinstance(args[1], tuple)):
        wanted_hosts.append(str(args[0] if event == "socket.getaddrinfo" else args[1][0]))
        raise ConnectionRefusedError("downloads were not allowed")


# ---- Loading ----

# A graph can hold operations that read and write files or call Python; no classifier needs them.
HARMFUL = re.compile(r"^(?:ReadFile|WriteFile|MatchingFiles|(?:Eager)?PyFunc(?:Stateless)?|.*(?:Reader|Dataset)(?:V\d)?|DebugIdentity.*|PrintV2)$")


def refuse_harmful(folder):
    """Before anything of the model runs, because loading it already runs parts of its graph."""
    proto = importlib.import_module("tensorflow.core.protobuf.saved_model_pb2").SavedModel()
    with open(os.path.join(folder, "saved_model.pb"), "rb") as file:
        proto.ParseFromString(file.read())
    for meta in proto.meta_graphs:
        graph = meta.graph_def
        for nodes in [graph.node, *[function.node_def for function in graph.library.function]]:
            for node in nodes:
                if HARMFUL.match(node.op):
                    raise Stop(
                        error=f"The model's graph has the operation {node.op}, which works on files or calls Python; no classifier needs it, so the model was not loaded.",
                        next="Export the SavedModel again without that part of the model.",
                    )


def signature_of(loaded):
    """The function that serves images: its name, itself, and the name and spec of its only input."""
    signatures = dict(loaded.signatures)
    names = [name for name in ("serving_default", "serve") if name in signatures] or sorted(signatures)[:1]
    if not names:
        raise Stop(
            error="The SavedModel has no signature, so nothing says how it is called.",
            next="Save it with a signature: in Keras 3 model.export(FOLDER), else tf.saved_model.save(model, FOLDER, signatures=...).",
        )
    function = signatures[names[0]]
    inputs = function.structured_input_signature[1]
    shapes = {name: [None] * 4 if spec.shape.rank is None else spec.shape.as_list() for name, spec in inputs.items()}
    if len(inputs) != 1 or len(*shapes.values()) != 4:
        raise Stop(
            error=f"The signature {names[0]} takes {len(inputs)} inputs of the shapes {list(shapes.values())}, not one image.",
            next="Save the model with a signature that takes one image.",
        )
    [(name, spec)] = inputs.items()
    if not spec.dtype.is_floating:
        raise Stop(
            error=f"The signature {names[0]} takes images of {spec.dtype.name}, which have no gradients.",
            next="Save the model with a signature that takes float32, and casts it itself.",
        )
    return function, name, spec.dtype, shapes[name]


def only_tensor(outputs):
    """Of everything that a signature returns, the scores."""
    for name in ["logits", "scores", "output", "output_0", "predictions", "probabilities"]:
        if name in outputs:
            return outputs[name]
    return outputs[sorted(outputs)[0]]


def pictures(size, channels):
    """A picture, its mirror image and a darker one: [3, height, width, channels], 0 … 1."""
    height, width = job["picture"]["size"]
    with open(job["picture"]["file"], "rb") as file:
        pixels = np.frombuffer(file.read(), np.uint8).reshape(1, height, width, 3)
    image = tf.image.resize(pixels.astype(np.float32) / 255, size, antialias=True).numpy()
    image = image.mean(3, keepdims=True) if channels == 1 else image[..., [i % 3 for i in range(channels)]]
    return np.concatenate([image, image[:, :, ::-1], image * 0.5])


# ---- Exporting ----


def with_tf2onnx(function, spec, path):
    """python -m tf2onnx.convert --saved-model, of a SavedModel that takes the image and returns the scores, and nothing else."""
    served = os.path.join(job["out"], "served")
    module = tf.Module()
    module.function, module.model = function, loaded
    tf.saved_model.save(module, served, signatures={"serving_default": function.get_concrete_function()})
    sys.argv = ["tf2onnx.convert", "--saved-model", served, "--output", path, "--opset", "18", "--signature_def", "serving_default"]
    runpy.run_module("tf2onnx.convert", run_name="__main__", alter_sys=False)


def with_keras(function, spec, path):
    """model.export(format="onnx") with an input_signature, of a model whose only layer calls the SavedModel."""
    keras = importlib.import_module("keras")

    class Served(keras.Model):
        def call(self, image):
            return function(image)

    served = Served()
    served(tf.zeros([each or 1 for each in spec.shape], spec.dtype))
    served.export(path, format="onnx", opset_version=18, input_signature=[keras.InputSpec(shape=tuple(spec.shape), dtype=spec.dtype.name)], verbose=False)


def export(function, spec, path):
    """tf2onnx alone, else Keras' own export, which prepares the model in another way."""
    first = None
    for export_with, text in [(with_tf2onnx, "Exporting with tf2onnx"), (with_keras, "Exporting with Keras")]:
        step("export", text)
        try:
            export_with(function, spec, path)
            graph = onnx.load(path, load_external_data=False).graph
            if len(graph.input) != 1:
                raise ValueError(f"the export has {len(graph.input)} inputs, because values of the model were lost")
            unknown = [node.op_type for node in graph.node if not onnx.defs.has(node.op_type, node.domain)]
            if unknown:
                raise ValueError(f"ONNX has no operator for TensorFlow's {unknown[0]}")
            return
        except (Exception, SystemExit) as error:
            first = first or error
    raise first


def apart(a, b):
    """The largest difference, as a share of the largest value."""
    return float(np.abs(a - b).max() / max(np.abs(b).max(), 1e-12))


def own_noise(run, images, answer):
    """How far the model's numbers for almost equal images are from each other: a SavedModel has no double precision."""
    random = np.random.RandomState(0)
    draws = [(images * (1 + 2e-7 * random.standard_normal(images.shape))).astype(np.float32) for _ in range(3)]
    return max(apart(run(draw), answer) for draw in draws)


def main():
    global tf, np, onnx, loaded
    step("load", "Starting TensorFlow")
    import numpy as np
    import tensorflow as tf

    try:
        import onnx
        import tf2onnx  # noqa: F401
    except ModuleNotFoundError as error:
        raise Stop(missing="tf2onnx") from error
    step("load", f"Loading {job['source']}")
    refuse_harmful(job["source"])
    loaded = tf.saved_model.load(job["source"])
    signature, name, dtype, (batch, height, width, channels) = signature_of(loaded)
    about = {"channels": channels or 3, "layout": "nhwc"}
    about["size"] = [height or (job.get("size") or [224])[0], width or (job.get("size") or [224])[-1]]
    about["sizeGuessed"] = not (height and width) and not job.get("size")
    if not channels:
        notes.append("The model does not say how many channels its images have; 3 is a guess.")
    spec = tf.TensorSpec([batch, *about["size"], about["channels"]], dtype, name="image")

    @tf.function(input_signature=[spec])
    def function(image):
        return only_tensor(signature(**{name: image}))

    images = pictures(about["size"], about["channels"])
    images = images[[i % 3 for i in range(batch)]] if batch else images
    run = lambda given: np.asarray(function(tf.constant(given, dtype)), np.float32)
    step("run", f"Running the model on {list(images.shape)}")
    # Pixels of 0 … 255, of -1 … 1, and the negative, because nobody says which the model takes.
    inputs = [255 * images, 2 * images - 1] if batch else [images[:1], 255 * images, 2 * images - 1]
    answers = [run(each) for each in inputs]
    again = max(apart(run(each), answer) for each, answer in zip(inputs, answers))
    if again > 1e-4:
        raise Stop(
            error=f"The model's answers for the same images differ by {100 * again:.2g} % of its largest output from one run to the next.",
            next="Save the model without what is random in it, such as dropout or noise that training needs.",
        )
    noise = max(own_noise(run, each, answer) for each, answer in zip(inputs, answers))
    export(function, spec, os.path.join(job["out"], job["name"]))
    compare = []
    for i, (given, answer) in enumerate(zip(inputs, answers)):
        for kept, values in [("image", given), ("logits", answer)]:
            with open(os.path.join(job["out"], f"{kept}{i}.f32"), "wb") as file:
                file.write(np.ascontiguousarray(values, "<f4").tobytes())
        compare.append({"batch": len(given), "image": list(given.shape), "logits": list(answer.shape)})
    about["versions"] = {"python": sys.version.split()[0], "tensorflow": tf.__version__}
    say(done={"about": about, "compare": compare, "noise": noise, "notes": notes})


notes = []


def report(error):
    traceback.print_exception(type(error), error, error.__traceback__)
    if isinstance(error, Stop):
        return error.report
    if isinstance(error, ModuleNotFoundError):
        return {"missing": error.name or str(error)}
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return {"error": f"{type(error).__name__}: {' '.join(lines[:1])}", "stage": stage}


threading.Thread(target=end_with_parent, daemon=True).start()
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
sys.addaudithook(stay_offline)
try:
    main()
    code = 0
except BaseException as error:
    say(**report(error))
    code = 1
sys.stderr.flush()
os._exit(code)
