"""What Keras answers for an image: python opened.py MODEL.keras IMAGE.f32 SIZE, channels last, as JSON."""

import json
import os
import sys

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras  # noqa: E402
import numpy as np  # noqa: E402

file, image, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
model = keras.models.load_model(file, compile=False)
given = np.fromfile(image, "<f4").reshape(1, size, size, 3)
print(json.dumps(np.asarray(model(given, training=False), np.float64)[0].tolist()))
