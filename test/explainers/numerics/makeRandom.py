"""Draws of NumPy's generators. Run from the repository's root: python test/explainers/numerics/makeRandom.py    (numpy 2.4.6)"""
import json

import numpy as np

cases = {"mt19937": [], "pcg64": []}
for seed in (0, 1, 42, 2**32 - 1):
    r = np.random.RandomState(seed)
    cases["mt19937"].append({
        "seed": seed,
        "random": r.random_sample(7).tolist(),
        "randint1000": int(r.randint(0, high=1000)),
        "coins": r.randint(0, 2, 40).tolist(),
        "wide": r.randint(-5, 1 << 31, 5).tolist(),
        "normal": r.normal(size=9).tolist(),
        "randn": [float(r.randn()), float(r.randn())],
        "permutation": r.permutation(23).tolist(),
        "choice": r.choice(5, 20, p=np.array([0.1, 0.2, 0.3, 0.15, 0.25])).tolist(),
        "after": r.random_sample(2).tolist(),
        "normalSum": float(np.cumsum(np.random.RandomState(seed).normal(size=20000))[-1]),
    })
for seed in (0, 42, 2**31 + 5, 2**40 + 9):
    r = np.random.default_rng(seed)
    big = np.random.default_rng(seed).normal(size=200000)
    case = {
        "seed": seed,
        "random": r.random(6).tolist(),
        "normal": r.normal(scale=1e-5, size=12).tolist(),
        "integers": r.integers(0, 17, 11).tolist(),
        "wide": r.integers(-3, 2**31 + 99, 5).tolist(),
        "permutation": r.permutation(19).tolist(),
        "after": r.random(2).tolist(),
        # Rejections and the tail come up only in many draws.
        "manySum": float(np.cumsum(big)[-1]),
        "manyMax": float(big.max()),
    }
    cases["pcg64"].append(case)
with open("test/explainers/numerics/random.golden.json", "w") as out:
    json.dump({"numpy": np.__version__, **cases}, out, indent=1)
    out.write("\n")
