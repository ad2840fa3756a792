"""What a training does: every number of it, and the recipes that name them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Optional

from ..errors import UsageError

__all__ = ["RECIPES", "STATISTICS", "Plan"]

#: Mean and deviation of each channel of pixels in 0 to 1.
STATISTICS: dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    "imagenet": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "cifar10": (
        (125.3 / 255, 123.0 / 255, 113.9 / 255),
        (63.0 / 255, 62.1 / 255, 66.7 / 255),
    ),
    "cifar100": (
        (129.3 / 255, 124.1 / 255, 112.4 / 255),
        (68.2 / 255, 65.4 / 255, 70.4 / 255),
    ),
}


@dataclass(frozen=True)
class Plan:
    """A training, as far as its result depends on it.

    The learning rate at its height is ``learning_rate_per_256`` times images of a step over all
    processes, divided by 256: 0.2 for eight processes of 64 images in the published recipe.

    Attributes:
        epochs: Epochs in all.
        batch: Images of a step, for each process.
        learning_rate_per_256: Learning rate for 256 images a step.
        warmup_epochs: Epochs in which the learning rate rises to its height.
        momentum: Nesterov momentum of SGD, 0 for none.
        weight_decay: On weights of convolutions and linear layers alone.
        label_smoothing: Share of the target that all classes divide among themselves.
        mixup: Parameter of the beta distribution by which two images are mixed, 0 for none.
        augmentation: ``"imagenet"``, ``"jitter"``, ``"crop"`` or ``"none"``.
        statistics: A name of :data:`STATISTICS`.
        resolution: Rows and columns of the student's images.
        loading_resolution: Rows and columns of images as they are augmented, and as the teacher sees
            them; the student's are resized from these.
        distill_logits: Weight of the teacher's predictions in the loss.
        distill_features: Weight of the teacher's feature maps in the loss.
        squeeze_excitation: Whether inverted residuals reweigh their channels.
        zero_last_norm: Whether residual branches start at zero.
        norm_momentum: Share of a new minibatch in running statistics, ``None`` for the network's own.
        ema: Decay of the average of the weights, 0 for none.
        precision: ``"float"``, or ``"mixed"``: float16 on a GPU, bfloat16 on a CPU.
        seed: Of everything that is drawn.
    """

    epochs: int
    batch: int
    learning_rate_per_256: float
    warmup_epochs: float
    momentum: float
    weight_decay: float
    label_smoothing: float
    mixup: float
    augmentation: str
    statistics: str
    resolution: int
    loading_resolution: int
    distill_logits: float
    distill_features: float
    squeeze_excitation: bool
    zero_last_norm: bool
    norm_momentum: Optional[float]
    ema: float = 0.0
    precision: str = "float"
    seed: int = 0

    def changed(self, **values: Any) -> Plan:
        """The plan with some values replaced; those that are ``None`` stay as they are.

        Raises:
            UsageError: A value is out of its range.
        """
        plan = dataclasses.replace(
            self, **{name: value for name, value in values.items() if value is not None}
        )
        plan.check()
        return plan

    def check(self) -> None:
        """Checks the range of every value.

        Raises:
            UsageError: With the first that is out of it.
        """
        ranges: dict[str, tuple[float, float]] = {
            "epochs": (1, 100_000),
            "batch": (1, 65_536),
            "learning_rate_per_256": (0, 1e6),
            "warmup_epochs": (0, self.epochs),
            "momentum": (0, 0.9999),
            "weight_decay": (0, 1e3),
            "label_smoothing": (0, 0.9999),
            "mixup": (0, 1e3),
            "resolution": (1, 4096),
            "loading_resolution": (1, 4096),
            "distill_logits": (0, 1e6),
            "distill_features": (0, 1e6),
            "ema": (0, 0.999999),
            "seed": (0, 2**63 - 1),
        }
        for name, (least, most) in ranges.items():
            value = getattr(self, name)
            if not least <= value <= most:
                raise UsageError(f"--{name.replace('_', '-')} must be {least:g} to {most:g}, not {value:g}")
        named = {
            "augmentation": ("imagenet", "jitter", "crop", "none"),
            "precision": ("float", "mixed"),
            "statistics": tuple(STATISTICS),
        }
        for name, known in named.items():
            if getattr(self, name) not in known:
                raise UsageError(f"--{name} must be {', '.join(known)}, not {getattr(self, name)!r}")

    def learning_rate(self, processes: int) -> float:
        """The learning rate at its height."""
        return self.learning_rate_per_256 * self.batch * processes / 256

    def as_dict(self) -> dict[str, Any]:
        """All values by name."""
        return dataclasses.asdict(self)


#: The recipes. ``published`` is the training of the winners of ZiCo, AZ-NAS and VKDNW (480 epochs
#: with a teacher), ``short`` their cheaper one, ``cifar`` that of NAS-Bench-201 (Dong and Yang, ICLR 2020).
RECIPES: dict[str, Plan] = {
    "published": Plan(
        epochs=480,
        batch=64,
        learning_rate_per_256=0.1,
        warmup_epochs=5,
        momentum=0.9,
        weight_decay=4e-5,
        label_smoothing=0.1,
        mixup=0.2,
        augmentation="imagenet",
        statistics="imagenet",
        resolution=224,
        loading_resolution=320,
        distill_logits=1.0,
        distill_features=1.0,
        squeeze_excitation=True,
        zero_last_norm=True,
        norm_momentum=0.01,
    ),
    "short": Plan(
        epochs=150,
        batch=64,
        learning_rate_per_256=0.4,
        warmup_epochs=5,
        momentum=0.9,
        weight_decay=4e-5,
        label_smoothing=0.1,
        mixup=0.0,
        augmentation="jitter",
        statistics="imagenet",
        resolution=224,
        loading_resolution=224,
        distill_logits=0.0,
        distill_features=0.0,
        squeeze_excitation=True,
        zero_last_norm=True,
        norm_momentum=0.01,
    ),
    "cifar": Plan(
        epochs=200,
        batch=256,
        learning_rate_per_256=0.1,
        warmup_epochs=0,
        momentum=0.9,
        weight_decay=5e-4,
        label_smoothing=0.0,
        mixup=0.0,
        augmentation="crop",
        statistics="cifar10",
        resolution=32,
        loading_resolution=32,
        distill_logits=0.0,
        distill_features=0.0,
        squeeze_excitation=False,
        zero_last_norm=False,
        norm_momentum=None,
    ),
}
