"""The learning rate: a rise, then a single cosine cycle."""

from __future__ import annotations

import math

__all__ = ["learning_rate"]


def learning_rate(seen: int, height: float, images: int, epochs: int, warmup_epochs: float) -> float:
    """The learning rate of a step.

    ``height (m + 1) / (W D)`` where m < W D, else ``height / 2 (1 + cos(pi (m - W D + 1) / ((E - W) D)))``,
    for D images an epoch, E epochs of which W are for the rise, and m images seen.

    Args:
        seen: Images seen up to the end of this step.
        height: The learning rate at its height.
        images: Images of an epoch.
        epochs: Epochs in all.
        warmup_epochs: Those of the rise.
    """
    rise = warmup_epochs * images
    if seen < rise:
        return height * (seen + 1) / rise
    rest = epochs * images - rise
    if rest <= 0:
        return height
    # The last step would pass the end of the cycle by one image.
    share = min((seen - rise + 1) / rest, 1.0)
    return height / 2 * (1 + math.cos(math.pi * share))
