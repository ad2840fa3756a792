"""What is trained: a student, and beside a teacher the layers that compare their feature maps."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Optional

import torch
from torch import nn
from torch.nn import functional

from .plan import Plan
from .randomness import key
from .taps import Tap, Taps

__all__ = ["Lesson", "Teaching", "cross_entropy", "mixed", "targets"]


class Lesson(nn.Module):
    """A student with a projection for each feature map that is compared.

    Args:
        student: The network.
        taps: Its places.
        widths: Channels of the teacher's maps at the places that belong to them.
        seed: Of the projections' weights.
    """

    def __init__(
        self,
        student: nn.Module,
        taps: Sequence[Tap] = (),
        widths: Sequence[int] = (),
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.student = student
        self.projections = nn.ModuleList()
        for number, (tap, width) in enumerate(zip(taps, widths)):
            layer = nn.Conv2d(tap.channels, width, 1)
            generator = torch.Generator().manual_seed(key(seed, "projection", number))
            nn.init.normal_(layer.weight, 0, 1e-4 / width**0.5, generator=generator)
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
            self.projections.append(layer)
        self._taps = Taps(student, taps) if taps else None

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Logits and projected feature maps."""
        logits = self.student(images)
        if self._taps is None:
            return logits, []
        maps = self._taps.take()
        return logits, [layer(each) for layer, each in zip(self.projections, maps)]


class Teaching:
    """A frozen teacher and the loss against it.

    ``distill_logits CE(student, softmax(teacher)) + distill_features sum smooth_l1(student, teacher)``,
    at temperature 1; the teacher's maps are resized to the student's.
    """

    def __init__(self, teacher: nn.Module, taps: Sequence[Tap], plan: Plan) -> None:
        self.teacher = teacher
        self._taps = Taps(teacher, taps) if taps else None
        self._plan = plan

    def loss(
        self, images: torch.Tensor, logits: torch.Tensor, maps: Sequence[torch.Tensor]
    ) -> torch.Tensor:
        """The teacher's share of the loss for images as they were loaded."""
        with torch.no_grad():
            expected = self.teacher(images)
            teachers = self._taps.take() if self._taps is not None else []
        total = logits.new_zeros(())
        if self._plan.distill_logits:
            probabilities = expected.float().softmax(1)
            total = total + self._plan.distill_logits * cross_entropy(logits, probabilities)
        for student, teacher in zip(maps, teachers):
            resized = functional.interpolate(
                teacher.float(), student.shape[2:], mode="bilinear", align_corners=False
            )
            difference = functional.smooth_l1_loss(student.float(), resized)
            total = total + self._plan.distill_features * difference
        return total


def targets(labels: torch.Tensor, classes: int, smoothing: float) -> torch.Tensor:
    """One-hot labels, of which all classes share ``smoothing`` equally."""
    hot = functional.one_hot(labels, classes).float()
    return hot * (1 - smoothing) + smoothing / classes


def mixed(
    images: torch.Tensor, wanted: torch.Tensor, beta: float, seed: Optional[int]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Mixes each image and its target with another of the step (Zhang et al., ICLR 2018).

    One share for the whole step, drawn from Beta(beta, beta).
    """
    if beta == 0 or seed is None:
        return images, wanted
    share = random.Random(seed).betavariate(beta, beta)
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(images), generator=generator).to(images.device)
    return (
        share * images + (1 - share) * images[order],
        share * wanted + (1 - share) * wanted[order],
    )


def cross_entropy(logits: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """The mean over images of the cross-entropy against distributions."""
    return -(wanted * logits.float().log_softmax(1)).sum(1).mean()
