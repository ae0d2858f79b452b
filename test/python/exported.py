"""Runs a file that Saliency Lens exported with Python's onnxruntime: exported.py MODEL.onnx IMAGE.npy SEED.npy OUT.json"""
import json
import sys

import numpy
import onnxruntime

model, image, seed, out = sys.argv[1:]
session = onnxruntime.InferenceSession(model)
names = [output.name for output in session.get_outputs()]
values = session.run(None, {'image': numpy.load(image), 'seed': numpy.load(seed)})
with open(out, 'w') as file:
    json.dump({name: value.ravel().tolist() for name, value in zip(names, values)}, file)
