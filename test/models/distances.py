"""How far numbers are from a reference's."""

import numpy as np

#: What is right in any case; beyond it the framework's own float noise is measured, of which three times is right too.
SMALL = 1e-4


def flat(values) -> np.ndarray:
    return np.asarray(values, dtype=np.float64).ravel()


def finite(value: float) -> float | None:
    """JSON has no infinity; null stands for numbers that cannot be compared."""
    return float(value) if np.isfinite(value) else None


def largest(ours, theirs) -> float:
    """max |Δ| / max |reference|; infinite if they are not as many."""
    a, b = flat(ours), flat(theirs)
    return float(np.abs(a - b).max() / max(np.abs(b).max(), 1e-30)) if a.shape == b.shape else np.inf


def relative(ours, theirs) -> float:
    """‖Δ‖₂ / ‖reference‖₂; infinite if they are not as many."""
    a, b = flat(ours), flat(theirs)
    return float(np.linalg.norm(a - b) / max(np.linalg.norm(b), 1e-30)) if a.shape == b.shape else np.inf


def cosine(ours, theirs) -> float:
    """1 where both are zero."""
    a, b = flat(ours), flat(theirs)
    if a.shape != b.shape:
        return 0.0
    lengths = np.linalg.norm(a), np.linalg.norm(b)
    if min(lengths) == 0:
        return 1.0 if max(lengths) == 0 else 0.0
    return float(a @ b / lengths[0] / lengths[1])
