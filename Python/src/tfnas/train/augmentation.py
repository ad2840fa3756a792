"""What is done to an image before it is learned from.

Every function draws from the generator that it is given, and from nothing else.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import numpy
import torch
from PIL import Image, ImageEnhance, ImageOps

from .plan import STATISTICS, Plan

__all__ = ["evaluation", "training"]

Picture = Image.Image
Operation = Callable[[Picture, int, random.Random], Picture]
Transform = Callable[[Picture, random.Random], torch.Tensor]

_GREY = (128, 128, 128)

# Eigenvalues and eigenvectors of the colours of ImageNet (Krizhevsky et al., NeurIPS 2012).
_EIGENVALUES = torch.tensor([0.2175, 0.0188, 0.0045])
_EIGENVECTORS = torch.tensor(
    [[-0.5675, 0.7192, 0.4009], [-0.5808, -0.0045, -0.8140], [-0.5836, -0.6948, 0.4203]]
)


def training(plan: Plan) -> Transform:
    """The steps that an image for training takes."""
    normalize = _normalization(plan)
    size = plan.loading_resolution

    def imagenet(picture: Picture, draw: random.Random) -> torch.Tensor:
        picture = _flip(_resized_crop(picture, size, draw), draw)
        pixels = _tensor(_auto_augment(picture, draw))
        return _erase(normalize(_light(pixels, draw)), draw)

    def jitter(picture: Picture, draw: random.Random) -> torch.Tensor:
        picture = _flip(_resized_crop(picture, size, draw), draw)
        return normalize(_light(_tensor(_jitter(picture, draw)), draw))

    def crop(picture: Picture, draw: random.Random) -> torch.Tensor:
        return normalize(_tensor(_padded_crop(_flip(_fitted(picture, size), draw), draw)))

    def none(picture: Picture, draw: random.Random) -> torch.Tensor:
        return normalize(_tensor(_fitted(picture, size)))

    return {"imagenet": imagenet, "jitter": jitter, "crop": crop, "none": none}[plan.augmentation]


def evaluation(plan: Plan) -> Transform:
    """The steps that an image for testing takes: the centre, seven eighths of the shorter side."""
    normalize = _normalization(plan)
    size = plan.loading_resolution
    whole = plan.augmentation in ("crop", "none")

    def centre(picture: Picture, draw: random.Random) -> torch.Tensor:
        if whole:
            return normalize(_tensor(_fitted(picture, size)))
        shorter = math.ceil(size / 0.875)
        scale = shorter / min(picture.size)
        width, height = (max(shorter, round(side * scale)) for side in picture.size)
        picture = picture.resize((width, height), Image.Resampling.BICUBIC)
        left, top = (width - size) // 2, (height - size) // 2
        return normalize(_tensor(picture.crop((left, top, left + size, top + size))))

    return centre


def _tensor(picture: Picture) -> torch.Tensor:
    pixels = numpy.asarray(picture, dtype=numpy.uint8)
    return torch.from_numpy(pixels.transpose(2, 0, 1).copy()).float().div_(255)


def _normalization(plan: Plan) -> Callable[[torch.Tensor], torch.Tensor]:
    mean, deviation = (torch.tensor(values).reshape(3, 1, 1) for values in STATISTICS[plan.statistics])
    return lambda pixels: (pixels - mean) / deviation


def _fitted(picture: Picture, size: int) -> Picture:
    if picture.size == (size, size):
        return picture
    return picture.resize((size, size), Image.Resampling.BICUBIC)


# Geometry


def _flip(picture: Picture, draw: random.Random) -> Picture:
    return ImageOps.mirror(picture) if draw.random() < 0.5 else picture


def _padded_crop(picture: Picture, draw: random.Random) -> Picture:
    """The image under a border of zeros of an eighth of its height, cut at a random place."""
    size, border = picture.size[1], picture.size[1] // 8
    padded = ImageOps.expand(picture, border, fill=0)
    left, top = draw.randint(0, 2 * border), draw.randint(0, 2 * border)
    return padded.crop((left, top, left + size, top + size))


def _resized_crop(picture: Picture, size: int, draw: random.Random) -> Picture:
    """A random part of 8 to 100 % of the area and of sides 3:4 to 4:3, resized."""
    width, height = picture.size
    for _ in range(10):
        area = width * height * draw.uniform(0.08, 1.0)
        ratio = math.exp(draw.uniform(math.log(3 / 4), math.log(4 / 3)))
        across, down = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
        if 0 < across <= width and 0 < down <= height:
            left, top = draw.randint(0, width - across), draw.randint(0, height - down)
            break
    else:
        # No such part fits: the largest in the centre whose sides may be.
        ratio = min(max(width / height, 3 / 4), 4 / 3)
        across, down = min(width, round(height * ratio)), min(height, round(width / ratio))
        left, top = (width - across) // 2, (height - down) // 2
    return picture.resize(
        (size, size), Image.Resampling.BICUBIC, box=(left, top, left + across, top + down)
    )


# Colours


def _light(pixels: torch.Tensor, draw: random.Random) -> torch.Tensor:
    """Adds a random multiple of each principal component of the colours of ImageNet."""
    shares = torch.tensor([draw.gauss(0, 0.1) for _ in range(3)])
    return pixels + (_EIGENVECTORS @ (shares * _EIGENVALUES)).reshape(3, 1, 1)


def _jitter(picture: Picture, draw: random.Random) -> Picture:
    """Brightness, contrast and saturation by factors of 0.6 to 1.4, in random order."""
    enhancers = [ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color]
    draw.shuffle(enhancers)
    for enhancer in enhancers:
        picture = enhancer(picture).enhance(draw.uniform(0.6, 1.4))
    return picture


def _erase(pixels: torch.Tensor, draw: random.Random) -> torch.Tensor:
    """Sets a random rectangle to zero, every second time (Zhong et al., AAAI 2020)."""
    if draw.random() >= 0.5:
        return pixels
    _, height, width = pixels.shape
    for _ in range(10):
        area = height * width * draw.uniform(0.02, 0.33)
        ratio = draw.uniform(0.3, 3.3)
        down, across = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
        if 0 < down < height and 0 < across < width:
            top, left = draw.randint(0, height - down), draw.randint(0, width - across)
            pixels[:, top : top + down, left : left + across] = 0
            break
    return pixels


# AutoAugment (Cubuk et al., CVPR 2019), the policy of ImageNet. Levels are 0 to 9.


def _signed(amount: float, draw: random.Random) -> float:
    return amount if draw.random() < 0.5 else -amount


def _enhanced(enhancer: Callable[[Picture], ImageEnhance._Enhance]) -> Operation:
    def operation(picture: Picture, level: int, draw: random.Random) -> Picture:
        return enhancer(picture).enhance(1 + _signed(0.9 * level / 9, draw))

    return operation


def _shear(picture: Picture, level: int, draw: random.Random) -> Picture:
    slope = _signed(0.3 * level / 9, draw)
    return picture.transform(
        picture.size,
        Image.Transform.AFFINE,
        (1, slope, 0, 0, 1, 0),
        Image.Resampling.BICUBIC,
        fillcolor=_GREY,
    )


def _rotate(picture: Picture, level: int, draw: random.Random) -> Picture:
    return picture.rotate(30 * level / 9, fillcolor=_GREY)


_OPERATIONS: dict[str, Operation] = {
    "autocontrast": lambda picture, level, draw: ImageOps.autocontrast(picture),
    "color": _enhanced(ImageEnhance.Color),
    "contrast": _enhanced(ImageEnhance.Contrast),
    "equalize": lambda picture, level, draw: ImageOps.equalize(picture),
    "invert": lambda picture, level, draw: ImageOps.invert(picture),
    "posterize": lambda picture, level, draw: ImageOps.posterize(picture, round(8 - 4 * level / 9)),
    "rotate": _rotate,
    "sharpness": _enhanced(ImageEnhance.Sharpness),
    "shearX": _shear,
    "solarize": lambda picture, level, draw: ImageOps.solarize(picture, int(256 - 256 * level / 9)),
}

# Probability, operation, level; twice.
_POLICY = [
    ((0.4, "posterize", 8), (0.6, "rotate", 9)),
    ((0.6, "solarize", 5), (0.6, "autocontrast", 5)),
    ((0.8, "equalize", 8), (0.6, "equalize", 3)),
    ((0.6, "posterize", 7), (0.6, "posterize", 6)),
    ((0.4, "equalize", 7), (0.2, "solarize", 4)),
    ((0.4, "equalize", 4), (0.8, "rotate", 8)),
    ((0.6, "solarize", 3), (0.6, "equalize", 7)),
    ((0.8, "posterize", 5), (1.0, "equalize", 2)),
    ((0.2, "rotate", 3), (0.6, "solarize", 8)),
    ((0.6, "equalize", 8), (0.4, "posterize", 6)),
    ((0.8, "rotate", 8), (0.4, "color", 0)),
    ((0.4, "rotate", 9), (0.6, "equalize", 2)),
    ((0.0, "equalize", 7), (0.8, "equalize", 8)),
    ((0.6, "invert", 4), (1.0, "equalize", 8)),
    ((0.6, "color", 4), (1.0, "contrast", 8)),
    ((0.8, "rotate", 8), (1.0, "color", 2)),
    ((0.8, "color", 8), (0.8, "solarize", 7)),
    ((0.4, "sharpness", 7), (0.6, "invert", 8)),
    ((0.6, "shearX", 5), (1.0, "equalize", 9)),
    ((0.4, "color", 0), (0.6, "equalize", 3)),
    ((0.4, "equalize", 7), (0.2, "solarize", 4)),
    ((0.6, "solarize", 5), (0.6, "autocontrast", 5)),
    ((0.6, "invert", 4), (1.0, "equalize", 8)),
    ((0.6, "color", 4), (1.0, "contrast", 8)),
    ((0.8, "equalize", 8), (0.6, "equalize", 3)),
]


def _auto_augment(picture: Picture, draw: random.Random) -> Picture:
    for probability, name, level in draw.choice(_POLICY):
        if draw.random() < probability:
            picture = _OPERATIONS[name](picture, level, draw)
    return picture
