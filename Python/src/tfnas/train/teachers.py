"""Teachers: networks that are trained already."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import torch
from torch import nn

from ..errors import InputError, MissingInputError, UsageError
from . import students

__all__ = ["DEFAULT_FEATURES", "load"]

# The published pair of EfficientNet-B3: its first stage at a sixteenth, and the last convolution
# normalised, before its activation.
DEFAULT_FEATURES = {
    "tf_efficientnet_b3": ("blocks.3", "bn2:normalized"),
    "efficientnet_b3": ("blocks.3", "bn2:normalized"),
}


def load(text: str, weights: Optional[Path], classes: int) -> tuple[nn.Module, tuple[str, ...]]:
    """Loads a teacher, frozen and in evaluation mode.

    Args:
        text: ``timm:NAME`` (released weights are downloaded unless a file has them), or what
            :func:`students.load` takes.
        weights: A file with its state, ``.safetensors`` or ``.pth``.
        classes: The classes that it must tell apart.

    Returns:
        The teacher, and the modules that are compared with the student's by default.

    Raises:
        InputError: It cannot be made, or the weights do not fit.
    """
    features: tuple[str, ...] = ()
    if text.startswith("timm:"):
        name = text[len("timm:") :]
        teacher = _from_timm(name, pretrained=weights is None)
        features = DEFAULT_FEATURES.get(name.split(".")[0], ())
    else:
        teacher = students.load(text)
    if weights is not None:
        state = _state(weights)
        try:
            teacher.load_state_dict(state)
        except RuntimeError as error:
            raise InputError(f"{weights}: {' '.join(str(error).split())}") from error
    teacher.eval().requires_grad_(False)
    outputs = _outputs(teacher)
    if outputs is not None and outputs != classes:
        raise UsageError(f"{text} tells {outputs} classes apart, but the images have {classes}")
    return teacher, features


def _from_timm(name: str, pretrained: bool) -> nn.Module:
    try:
        import timm
    except ImportError as error:
        raise InputError(f"timm:{name}: {error}: pip install timm") from error
    try:
        model: nn.Module = timm.create_model(name, pretrained=pretrained)
    except Exception as error:
        raise InputError(f"timm:{name}: {error}") from error
    return model


def _state(path: Path) -> dict[str, torch.Tensor]:
    if not path.is_file():
        raise MissingInputError(f"{path}: there is no such file")
    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            state: dict[str, torch.Tensor] = load_file(path)
        else:
            # Numbers alone: a file of a stranger runs no code.
            state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise InputError(f"{path}: {' '.join(str(error).split())}") from error
    inner = state.get("state_dict", state.get("model", state))
    return inner if isinstance(inner, dict) else state


def _outputs(network: nn.Module) -> Optional[int]:
    layers = [part for part in network.modules() if isinstance(part, nn.Linear)]
    return layers[-1].out_features if layers else None
