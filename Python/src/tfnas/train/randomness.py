"""Random numbers as a function of what they are for.

Nothing draws from a stream that others draw from. So an image is augmented alike whichever worker
loads it, and a training that goes on after a kill needs no state of any generator.
"""

from __future__ import annotations

import hashlib

__all__ = ["key"]


def key(*parts: object) -> int:
    """A seed of 63 bits for a purpose, such as ``key(seed, "crop", epoch, image)``."""
    text = "/".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big") >> 1
