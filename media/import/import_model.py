"""Exports a PyTorch model to ONNX for Saliency Lens, which shows this file before it runs it.

    python import_model.py '{"kind": "file", "source": "net.pt", "out": "FOLDER", ...}'

It loads the model, exports it to an ONNX file in FOLDER, and stores what the model itself answers for a picture, so that the
export can be compared with it. It writes nothing else. It runs no pickle and stays offline unless the job allows it.
Every line on standard output is one JSON object; what the model prints goes to standard error.
"""
import collections.abc
import contextlib
import copy
import importlib
import importlib.util
import json
import os
import signal
import sys
import threading
import traceback
import zipfile

job = json.loads(sys.argv[1])
allowed = set(job.get("allow", []))
folder = job["folder"]
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


def reach_modules():
    """Only where the user's own code is to run: a torch.py in a folder of weights must not."""
    sys.path[:0] = [each for each in dict.fromkeys([folder, job.get("beside", folder)]) if each not in sys.path]


def called(spec):
    """The model of 'module:function' or 'file.py:function'."""
    reach_modules()
    name, _, attribute = spec.rpartition(":")
    if name.endswith(".py"):
        path = os.path.join(folder, name)
        sys.path.insert(0, os.path.dirname(path))
        found = importlib.util.spec_from_file_location(os.path.basename(name)[:-3], path)
        module = importlib.util.module_from_spec(found)
        sys.modules[found.name] = module
        found.loader.exec_module(module)
    else:
        module = importlib.import_module(name)
    model = getattr(module, attribute)
    if not isinstance(model, torch.nn.Module):
        model = model()
    if not isinstance(model, torch.nn.Module):
        raise TypeError(f"{spec} returned {type(model).__name__}, not a torch.nn.Module")
    return model


def is_state(value):
    return isinstance(value, collections.abc.Mapping) and any(isinstance(each, torch.Tensor) for each in value.values())


def tensors_of(held):
    """The weights in a checkpoint: the whole of it, or one of its entries."""
    if is_state(held):
        return held
    names = ["state_dict", "model_state_dict", "model_state", "model", "ema", "net", "network", "weights", "params"]
    for name in names:
        if isinstance(held, collections.abc.Mapping) and is_state(held.get(name)):
            return held[name]
    return None


def filled(model, state, what):
    """The model with these weights, whose names may begin as wrappers (DataParallel, Lightning, compile) make them."""
    own = model.state_dict()
    for prefix in ["", "module.", "model.", "_orig_mod.", "net.", "module.model.", "model.module.", "model._orig_mod."]:
        named = {key[len(prefix):]: value for key, value in state.items() if key.startswith(prefix)}
        if all(key in named and named[key].shape == value.shape for key, value in own.items()):
            model.load_state_dict({key: named[key] for key in own})
            extra = len(state) - len(own)
            return model if extra == 0 else noted(model, f"{extra} of the file's values have no place in the model.")
    missing = [key for key in own if key not in state]
    other = [key for key in own if key in state and state[key].shape != own[key].shape]
    if other and not missing:
        why = f"'{other[0]}' is {list(state[other[0]].shape)} in the file and {list(own[other[0]].shape)} in the model."
    else:
        why = f"{len(missing)} of its {len(own)} values are not in the file, the first is '{missing[0]}'; "
        why += f"the file begins with '{next(iter(state))}'."
    raise Stop(
        error=f"The weights do not fit the model of {what}: {why}",
        next="Name the function that builds the model that these weights were saved from.",
    )


notes = []


def noted(value, note):
    notes.append(note)
    return value


def labels_of(held):
    """Class names that training scripts store beside the weights."""
    if not isinstance(held, collections.abc.Mapping):
        return {}
    order = held.get("class_to_idx")
    if isinstance(order, collections.abc.Mapping):
        return {"labels": [str(name) for name, _ in sorted(order.items(), key=lambda entry: entry[1])]}
    for name in ["labels", "classes", "class_names", "names"]:
        found = held.get(name)
        found = list(found.values()) if isinstance(found, collections.abc.Mapping) else found
        if isinstance(found, (list, tuple)) and all(isinstance(each, str) for each in found):
            return {"labels": list(found)}
    return {}


def members(path):
    with contextlib.suppress(zipfile.BadZipFile, OSError):
        return zipfile.ZipFile(path).namelist()
    return []


def from_file(path):
    names = members(path)
    if path.endswith(".safetensors"):
        return from_weights(importlib.import_module("safetensors.torch").load_file(path), path)
    if path.endswith(".pt2") or any(name.endswith("archive_format") for name in names):
        return from_program(path)
    if any("/code/" in name for name in names):
        return torch.jit.load(path, map_location="cpu"), {}
    try:
        held = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        if "weights" not in str(error).lower():
            raise
        if "pickle" not in allowed:
            globals_in = getattr(torch.serialization, "get_unsafe_globals_in_checkpoint", lambda _: [])
            found = []
            with contextlib.suppress(Exception):
                found = sorted(str(name) for name in globals_in(path))
            raise Stop(ask="pickle", found=found) from error
        step("load", "Running the pickle")
        reach_modules()
        held = torch.load(path, map_location="cpu", weights_only=False)
    inside = held if isinstance(held, torch.nn.Module) else None
    for name in ["ema", "model", "net", "network", "module"]:
        if inside is None and isinstance(held, collections.abc.Mapping) and isinstance(held.get(name), torch.nn.Module):
            inside = held[name]
    if inside is not None:
        return inside.float(), labels_of(vars(inside)) or labels_of(held)
    return from_weights(held, path)


def from_weights(held, path):
    state = tensors_of(held)
    if state is None:
        raise Stop(error=f"The file holds {type(held).__name__}, neither a model nor weights.", next="Choose a checkpoint of a model.")
    about = labels_of(held)
    if job.get("function"):
        return filled(called(job["function"]), state, job["function"]), about
    known = torchvision_of(os.path.basename(path))
    if known:
        name, weights = known
        return filled(torchvision().get_model(name), state, name), about_torchvision(name, weights)
    raise Stop(ask="function", found=[f"{len(state)} values, the first is '{next(iter(state))}'"])


def from_program(path):
    program = torch.export.load(path)
    inputs = [node for node in program.graph.nodes if node.name in program.graph_signature.user_inputs]
    shapes = [node.meta["val"].shape for node in inputs if hasattr(node.meta.get("val"), "shape")]
    if len(shapes) != 1 or len(shapes[0]) != 4:
        raise Stop(error=f"The model takes {len(shapes)} inputs of the shapes {[list(map(str, s)) for s in shapes]}, not one image.", next="Use a model whose input is an image.")
    batch, channels, *size = shapes[0]
    about = {"channels": int(channels), "size": [int(side) for side in size]}
    return program.module(), {**about, **({"batch": batch} if isinstance(batch, int) else {})}


def from_function(spec):
    return called(spec), {}


def from_timm(name):
    timm = importlib.import_module("timm")
    local = os.path.isdir(name)
    model = timm.create_model(f"local-dir:{name}" if local else name, pretrained=True)
    cfg = dict(model.pretrained_cfg)
    labels = None
    with contextlib.suppress(Exception):
        if not cfg.get("label_names") and timm.data.infer_imagenet_subset(cfg):
            info = timm.data.ImageNetInfo(timm.data.infer_imagenet_subset(cfg))
            labels = info.label_descriptions()
    kept = {key: value for key, value in cfg.items() if isinstance(value, (str, int, float, bool, list, tuple, dict))}
    channels, *size = cfg["input_size"]
    return model, {"timm": kept, "channels": channels, "size": size, **({"labels": list(labels)} if labels else {})}


def from_hf(name):
    transformers = importlib.import_module("transformers")
    kind = transformers.AutoModelForImageClassification
    model = kind.from_pretrained(name, local_files_only="download" not in allowed, trust_remote_code=False)
    processor = {}
    path = transformers.utils.cached_file(
        name,
        "preprocessor_config.json",
        local_files_only="download" not in allowed,
        _raise_exceptions_for_missing_entries=False,
        _raise_exceptions_for_connection_errors=False,
    )
    if path:
        with open(path, encoding="utf-8") as file:
            processor = json.load(file)
    config = json.loads(model.config.to_json_string(use_diff=False))
    return model, {"huggingFace": {"config": config, "processor": processor}, "channels": config.get("num_channels")}


def torchvision():
    return importlib.import_module("torchvision.models")


def torchvision_of(file):
    """The model whose weights have this file name at PyTorch's download page; None without torchvision."""
    try:
        models = torchvision()
        names = models.list_models()
    except Exception:
        return None
    for name in names:
        for weights in models.get_model_weights(name):
            if os.path.basename(weights.url) == file:
                return name, weights
    return None


def about_torchvision(name, weights):
    made = weights.transforms()
    kept = ["crop_size", "resize_size", "mean", "std", "interpolation"]
    cfg = {key: getattr(getattr(made, key), "value", getattr(made, key)) for key in kept if hasattr(made, key)}
    return {
        "torchvision": {**cfg, "weights": f"{name} {weights.name}"},
        "labels": list(weights.meta.get("categories", [])),
        "size": list(cfg.get("crop_size", [224])),
    }


def from_torchvision(name):
    weights = torchvision().get_model_weights(name).DEFAULT
    return torchvision().get_model(name, weights=weights), about_torchvision(name, weights)


# ---- Exporting ----


def only_tensor(value):
    """Of everything that a model may return, the scores."""
    if isinstance(value, torch.Tensor):
        return value
    entries = dict(value) if isinstance(value, collections.abc.Mapping) else None
    if entries is None:
        entries = dict(enumerate(value)) if isinstance(value, (list, tuple)) else vars(value)
    for name in ["logits", "out", "scores", "output", "pred", 0]:
        if isinstance(entries.get(name), torch.Tensor):
            return entries[name]
    found = [each for each in entries.values() if isinstance(each, torch.Tensor)]
    if not found:
        raise Stop(error=f"The model returns {type(value).__name__} without a tensor.", next="Return the class scores as a tensor.")
    return found[0]


def scores_only(model):
    class Scores(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, image):
            return only_tensor(self.model(image))

    return Scores()


def pictures(about):
    """A picture, its mirror image and a darker one: [3, channels, height, width]."""
    height, width = job["picture"]["size"]
    with open(job["picture"]["file"], "rb") as file:
        pixels = torch.frombuffer(bytearray(file.read()), dtype=torch.uint8).reshape(1, height, width, 3)
    image = pixels.permute(0, 3, 1, 2).float() / 255
    size = about.get("size") or [224]
    image = torch.nn.functional.interpolate(image, size=(size[0], size[-1]), mode="bilinear", antialias=True)
    image = (image - 0.45) / 0.225
    channels = about.get("channels") or 3
    image = image.mean(1, keepdim=True) if channels == 1 else image[:, [i % 3 for i in range(channels)]]
    return torch.cat([image, image.flip(3), image * 0.5]).contiguous()


def export(model, images, path, fixed):
    """The newer exporter, else the older one, which knows some models that the newer one does not."""
    sample = images[:fixed or 2]
    names = {"input_names": ["image"], "output_names": ["logits"], "opset_version": 18}
    scripted = isinstance(model.model, torch.jit.ScriptModule)
    try:
        if scripted:
            raise TypeError("the newer exporter takes no TorchScript")
        axes = None if fixed else ({0: torch.export.Dim("batch")},)
        program = torch.onnx.export(model, (sample,), dynamo=True, dynamic_shapes=axes, verbose=False, **names)
        for node in program.model.graph:
            node.metadata_props.clear()  # the places in the source code
        bytes_of = sum(each.numel() * each.element_size() for each in model.state_dict().values())
        program.save(path, external_data=bytes_of > 1.8e9)
    except ImportError:
        raise
    except Exception as first:
        say(step="Exporting with the older exporter")
        axes = None if fixed else {"image": {0: "batch"}, "logits": {0: "batch"}}
        try:
            whole = model.model if scripted else model
            torch.onnx.export(whole, (sample,), path, dynamo=False, dynamic_axes=axes, **names)
        except Exception as second:
            raise second if scripted else first


def apart(a, b):
    """The largest difference, as a share of the largest value."""
    return float((a - b).abs().max() / b.abs().max().clamp_min(1e-12))


def own_noise(model, images, answer):
    """How far the model's own numbers are from those in double precision, or else from those of almost equal images."""
    try:
        return apart(answer.double(), copy.deepcopy(model).double()(images.double()))
    except Exception:
        draws = [images * (1 + 2e-7 * torch.randn(images.shape, generator=torch.Generator().manual_seed(i))) for i in range(3)]
        return max(apart(model(draw), answer) for draw in draws)


def main():
    global torch
    step("load", "Starting PyTorch")
    import torch

    importlib.import_module("onnx"), importlib.import_module("onnxscript")
    torch.manual_seed(0)
    step("load", f"Loading {job['source']}")
    loaders = {
        "file": from_file,
        "function": from_function,
        "timm": from_timm,
        "hf": from_hf,
        "torchvision": from_torchvision,
    }
    model, about = loaders[job["kind"]](job["source"])
    with contextlib.suppress(NotImplementedError):  # an exported program is in the mode in which it was exported
        model.eval()
    for each in model.parameters():
        each.requires_grad_(False)
    if not about.get("channels"):
        first = next((each for each in model.parameters() if each.dim() == 4), None)
        grouped = any(getattr(each, "groups", 1) != 1 for each in list(model.modules())[:3])
        about["channels"] = 3 if first is None or grouped else int(first.shape[1])
    if job.get("size"):
        about["size"] = job["size"]
    if "size" not in about:
        config = about.get("huggingFace", {})
        size = config.get("config", {}).get("image_size") or config.get("processor", {}).get("size") or 224
        size = list(size.values()) if isinstance(size, dict) else size
        about["size"] = [size] if isinstance(size, int) else list(size)
        about["sizeGuessed"] = "huggingFace" not in about
    fixed = about.pop("batch", None)
    images = pictures(about)
    images = images[[i % 3 for i in range(fixed)]] if fixed else images
    wrapped = scores_only(model)
    step("run", f"Running the model on {list(images.shape)}")
    with torch.no_grad():
        # The negative too: a branch that depends on the values of the image takes its other way there.
        inputs = [images, -images] if fixed else [images[:1], images, -images]
        answers = [wrapped(each) for each in inputs]
        noise = own_noise(wrapped, images, answers[-2])
        step("export", "Exporting to ONNX")
        export(wrapped, images, os.path.join(job["out"], job["name"]), fixed)
    compare = []
    for i, (given, answer) in enumerate(zip(inputs, answers)):
        for name, tensor in [("image", given), ("logits", answer)]:
            with open(os.path.join(job["out"], f"{name}{i}.f32"), "wb") as file:
                file.write(tensor.detach().float().contiguous().numpy().tobytes())
        compare.append({"batch": len(given), "image": list(given.shape), "logits": list(answer.shape)})
    about["versions"] = {"python": sys.version.split()[0], "torch": torch.__version__}
    say(done={"about": about, "compare": compare, "noise": noise, "notes": notes})


def not_cached(error):
    """Hugging Face's libraries would have gone online for this."""
    while error is not None:
        if type(error).__name__ in ("LocalEntryNotFoundError", "OfflineModeIsEnabled"):
            return True
        error = error.__cause__ or error.__context__
    return False


def report(error):
    traceback.print_exception(type(error), error, error.__traceback__)
    if "download" not in allowed and (wanted_hosts or not_cached(error)):
        return {"ask": "download", "found": sorted(set(wanted_hosts)) or ["huggingface.co"]}
    if isinstance(error, Stop):
        return error.report
    if isinstance(error, ModuleNotFoundError):
        return {"missing": error.name or str(error)}
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = " ".join(lines[:2] if lines and lines[0].endswith(":") else lines[:1])
    return {"error": f"{type(error).__name__}: {said}", "stage": stage}


threading.Thread(target=end_with_parent, daemon=True).start()
if "download" not in allowed:
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1")
    sys.addaudithook(stay_offline)
try:
    main()
    code = 0
except BaseException as error:
    say(**report(error))
    code = 1
sys.stderr.flush()
os._exit(code)
