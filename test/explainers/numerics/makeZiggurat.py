"""Writes src/explainers/numerics/randomZiggurat.ts: the tables of NumPy's normal ziggurat (256 layers), recomputed to find them
in the installed NumPy's library (BSD-3-Clause), whose last digits are taken.

Marsaglia & Tsang 2000, with r = 3.6541528853610087963519472518.
Run from the repository's root: python test/explainers/numerics/makeZiggurat.py      (mpmath 1.3.0, numpy 2.4.6)
"""
import glob
import os
import struct

import numpy
from mpmath import erfc, exp, log, mp, mpf, pi, sqrt

mp.dps = 60
r = mpf("3.6541528853610087963519472518")
f = lambda x: exp(-x * x / 2)
v = r * f(r) + sqrt(pi / 2) * erfc(r / sqrt(2))
x = [None] * 256
x[255] = r
for i in range(254, 0, -1):
    x[i] = sqrt(-2 * log(v / x[i + 1] + f(x[i + 1])))
q = v / f(r)
two52 = mpf(2) ** 52
ki = [int(r / q * two52), 0] + [int(x[i - 1] / x[i] * two52) for i in range(2, 256)]
wi = [float(q / two52)] + [float(x[i] / two52) for i in range(1, 256)]
fi = [1.0] + [float(f(x[i])) for i in range(1, 256)]

binary = b"".join(open(p, "rb").read() for p in glob.glob(os.path.join(os.path.dirname(numpy.__file__), "random", "*.so")))


def stored(table, code, off):
    """The table as NumPy's library holds it: the one run of 256 numbers that are all within `off` of ours."""
    packed = struct.Struct(f"<256{code}")
    for at in range(0, len(binary) - packed.size, 8):
        if abs(struct.unpack_from(f"<{code}", binary, at + 8 * 200)[0] - table[200]) > off * abs(table[200]):
            continue
        theirs = packed.unpack_from(binary, at)
        if all(abs(b - a) <= off * abs(a) for a, b in zip(table, theirs)):
            return theirs
    raise SystemExit("no such table in the installed NumPy")


# Theirs were computed with less precision; draws are bit-equal only with their last digits.
ki, wi, fi = stored(ki, "Q", 1e-12), stored(wi, "d", 1e-12), stored(fi, "d", 1e-12)


def rows(values):
    lines = (", ".join(repr(value) for value in values[i : i + 5]) for i in range(0, len(values), 5))
    return "".join(f"  {line},\n" for line in lines)


with open("src/explainers/numerics/randomZiggurat.ts", "w") as out:
    out.write("// Written by test/explainers/numerics/makeZiggurat.py: the 256 layers of NumPy's normal ziggurat (BSD-3-Clause).\n\n")
    out.write(f"export const ZIGGURAT_R = 3.654152885361009;\nexport const ZIGGURAT_INV_R = {float('0.27366123732975827203338247596')!r};\n\n")
    for name, comment, table in (
        ("ZIGGURAT_K", "Below this, 52 random bits lie inside the layer.", ki),
        ("ZIGGURAT_W", "Width of a layer per random step.", wi),
        ("ZIGGURAT_F", "Density at a layer's edge.", fi),
    ):
        out.write(f"/** {comment} */\n// biome-ignore format: a table\nexport const {name} = Float64Array.of(\n{rows(table)});\n\n")
