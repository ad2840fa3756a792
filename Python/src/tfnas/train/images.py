"""Sets of labelled images: folders, CIFAR's binary files, and NumPy archives."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional

import numpy
import torch
from PIL import Image, UnidentifiedImageError
from torch.utils.data import Dataset

from ..errors import InputError, MissingInputError, UsageError
from .augmentation import Picture, Transform
from .randomness import key

__all__ = ["Batches", "Images", "Set", "read"]

_SUFFIXES = {".jpg", ".jpeg", ".png", ".bmp", ".ppm", ".webp", ".tif", ".tiff"}


class Images:
    """Labelled images.

    Attributes:
        labels: A class for each, from 0.
        classes: How many classes there are.
    """

    labels: list[int]
    classes: int

    def __len__(self) -> int:
        return len(self.labels)

    def picture(self, number: int) -> Picture:
        """One image, in three channels of bytes."""
        raise NotImplementedError


class _Arrays(Images):
    def __init__(self, pixels: numpy.ndarray[Any, Any], labels: Any, origin: str) -> None:
        labels = numpy.asarray(labels)
        if pixels.ndim != 4 or pixels.dtype != numpy.uint8:
            raise InputError(
                f"{origin}: the images are {pixels.dtype} {list(pixels.shape)}, not uint8 "
                "[images, 3, height, width] or [images, height, width, 3]"
            )
        if pixels.shape[1] == 3:
            pixels = pixels.transpose(0, 2, 3, 1)
        if pixels.shape[3] != 3:
            raise InputError(f"{origin}: the images {list(pixels.shape)} do not have 3 channels")
        labels = labels.reshape(-1)
        if labels.dtype.kind not in "iu" or len(labels) != len(pixels):
            raise InputError(f"{origin}: {len(pixels)} images, but labels {labels.dtype} [{len(labels)}]")
        if len(labels) == 0:
            raise InputError(f"{origin}: there is no image in it")
        if int(labels.min()) < 0:
            place = int(numpy.argmax(labels < 0))
            raise InputError(f"{origin}: image {place}: label {labels[place]} is negative")
        self._pixels = pixels
        self.labels = [int(label) for label in labels]
        self.classes = max(self.labels) + 1

    def picture(self, number: int) -> Picture:
        return Image.fromarray(numpy.ascontiguousarray(self._pixels[number]))


class _Folder(Images):
    """A folder for each class, which the sorted names number."""

    def __init__(self, path: Path) -> None:
        folders = sorted(entry for entry in path.iterdir() if entry.is_dir())
        self._files: list[Path] = []
        self.labels = []
        for label, folder in enumerate(folders):
            files = sorted(
                Path(root) / name
                for root, _, names in os.walk(folder)
                for name in names
                if Path(name).suffix.lower() in _SUFFIXES
            )
            if not files:
                raise InputError(f"{folder}: there is no image in it")
            self._files += files
            self.labels += [label] * len(files)
        self.classes = len(folders)

    def picture(self, number: int) -> Picture:
        file = self._files[number]
        try:
            with Image.open(file) as image:
                return image.convert("RGB")
        except (OSError, UnidentifiedImageError) as error:
            raise InputError(f"{file}: {error}") from error


def read(path: Path, part: str) -> Images:
    """Reads a set of images.

    Args:
        path: An ``.npz`` file (arrays ``images`` and ``labels``), a binary file of CIFAR or a folder
            of them, or a folder with a folder for each class, beside others or in ``train`` and
            ``val`` (or ``test``).
        part: ``"train"`` or ``"test"``.

    Raises:
        InputError: It is nothing of these, or something in it is wrong.
        MissingInputError: It is not there or cannot be read.
    """
    if not path.exists():
        raise MissingInputError(f"{path}: there is no such file or folder")
    try:
        if path.is_dir():
            return _read_folder(path, part)
        if path.suffix == ".npz":
            return _read_archive(path)
        return _read_binary([path])
    except OSError as error:
        raise MissingInputError(f"{path}: {error.strerror or error}") from error


def _read_folder(path: Path, part: str) -> Images:
    patterns = {"train": ["data_batch_*.bin", "train.bin"], "test": ["test_batch.bin", "test.bin"]}
    for pattern in patterns[part]:
        files = sorted(path.glob(pattern))
        if files:
            return _read_binary(files)
    for name in {"train": ["train"], "test": ["val", "test", "validation"]}[part]:
        if (path / name).is_dir():
            path = path / name
            break
    if not any(entry.is_dir() for entry in path.iterdir()):
        raise InputError(f"{path}: neither folders of classes nor binary files of CIFAR are in it")
    return _Folder(path)


def _read_archive(path: Path) -> Images:
    try:
        with numpy.load(path) as archive:
            missing = {"images", "labels"} - set(archive.files)
            if missing:
                found = ", ".join(archive.files) or "nothing"
                raise InputError(
                    f"{path}: there is no array {' and no array '.join(sorted(missing))} in it; "
                    f"there is {found}"
                )
            return _Arrays(archive["images"], archive["labels"], str(path))
    except InputError:
        raise
    except (ValueError, EOFError, KeyError) as error:
        raise InputError(f"{path}: {error}") from error
    except Exception as error:  # zipfile and zlib have exceptions of their own
        if isinstance(error, OSError):
            raise
        raise InputError(f"{path}: not an archive of arrays: {error}") from error


def _read_binary(files: list[Path]) -> Images:
    """Records of a label (CIFAR-100: of two, of which the second counts) and 3,072 bytes."""
    pixels, labels = [], []
    for file in files:
        data = numpy.frombuffer(file.read_bytes(), numpy.uint8)
        for width in (1, 2):
            if len(data) and len(data) % (3072 + width) == 0:
                break
        else:
            raise InputError(
                f"{file}: {len(data)} bytes are no records of 3,073 or 3,074 bytes, as those of CIFAR"
            )
        records = data.reshape(-1, 3072 + width)
        labels.append(records[:, width - 1].astype(numpy.int64))
        pixels.append(records[:, width:].reshape(-1, 3, 32, 32))
    names = ", ".join(map(str, files))
    return _Arrays(numpy.concatenate(pixels), numpy.concatenate(labels), names)


class Set(Dataset[tuple[torch.Tensor, int]]):
    """Images as tensors; an item is asked for by epoch and number, which decide what is drawn."""

    def __init__(self, images: Images, transform: Transform, seed: int) -> None:
        self._images = images
        self._transform = transform
        self._seed = seed

    def __len__(self) -> int:
        return len(self._images)

    def __getitem__(self, item: tuple[int, int]) -> tuple[torch.Tensor, int]:
        epoch, number = item
        draw = random.Random(key(self._seed, "image", epoch, number))
        pixels = self._transform(self._images.picture(number), draw)
        return pixels, self._images.labels[number]


class Batches:
    """The items of an epoch, step by step, for one of several processes.

    Args:
        count: Images of the set.
        batch: Images of a step and process.
        epoch: Decides the order.
        seed: Decides the order; ``None`` keeps it, and then nothing is left out.
        process: The number of this process.
        processes: How many there are.
        start: Steps that are passed over, because they were taken before a kill.
    """

    def __init__(
        self,
        count: int,
        batch: int,
        epoch: int,
        seed: Optional[int],
        process: int = 0,
        processes: int = 1,
        start: int = 0,
    ) -> None:
        self._epoch = epoch
        if seed is None:
            order = list(range(count))
            self._steps = [
                order[first + process : first + batch * processes : processes]
                for first in range(0, count, batch * processes)
            ]
            self._steps = [step for step in self._steps if step]
        else:
            generator = torch.Generator().manual_seed(key(seed, "order", epoch))
            order = torch.randperm(count, generator=generator).tolist()
            whole = batch * processes
            if count < whole:
                raise UsageError(
                    f"{count} images, but a step takes {batch} in each of {processes} processes"
                )
            # The last incomplete step is left out.
            self._steps = [
                order[first + process : first + whole : processes]
                for first in range(0, count - whole + 1, whole)
            ]
        self._start = start

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
        for step in self._steps[self._start :]:
            yield [(self._epoch, number) for number in step]

    def __len__(self) -> int:
        return len(self._steps) - self._start
