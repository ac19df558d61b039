"""Small point sets whose shape makes a point: moons, circles, blobs, spirals, a roll, a ring and steps."""

import numpy as np


def spirals(n: int = 300, noise: float = 0.1, seed: int = 0, num_classes: int = 3, turns: float = 0.75):
    """Interleaved spiral arms, one a class: no line separates them, a small network does.

    Args:
        n: points in all, shared as evenly as can be.
        noise: standard deviation of the jitter added to each coordinate, in units of the radius 1.
        seed: of the points and their order.
        num_classes: arms.
        turns: of each arm round the centre.

    Returns:
        (x, labels): float64 (n, 2) and int64 (n,).
    """
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % num_classes
    radius = 0.05 + 0.95 * np.sqrt(rng.random(n))
    angle = 2 * np.pi * (turns * radius + labels / num_classes)
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    x = x + noise * 0.5 * rng.standard_normal((n, 2))
    order = rng.permutation(n)
    return x[order], labels[order]
