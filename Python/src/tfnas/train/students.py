"""The network that is trained: as `tfnas export` writes it, or any function that makes a module."""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from pathlib import Path
from typing import Optional

import torch
from torch import nn

from ..errors import InputError, MissingInputError, UsageError
from .plan import Plan
from .randomness import key

__all__ = ["SqueezeExcitation", "load", "portable_state", "prepare"]


def load(text: str, classes: Optional[int] = None) -> nn.Module:
    """Loads a network.

    Args:
        text: A folder with ``network.py`` and ``weights.safetensors``, or ``package.module:function``,
            which is called without arguments, or with ``num_classes`` where that is asked for.
        classes: Outputs to ask a function for.

    Raises:
        InputError: It is neither, or its files do not fit each other.
        MissingInputError: A file is missing.
    """
    path = Path(text)
    if path.is_dir():
        return _exported(path)
    if ":" not in text:
        raise MissingInputError(
            f"{text}: neither a folder of tfnas export nor a function such as package.module:function"
        )
    return _called(text, classes)


def _exported(folder: Path) -> nn.Module:
    source, weights = folder / "network.py", folder / "weights.safetensors"
    for file in (source, weights):
        if not file.is_file():
            raise MissingInputError(f"{file}: there is no such file")
    spec = importlib.util.spec_from_file_location("tfnas_exported_network", source)
    if spec is None or spec.loader is None:
        raise InputError(f"{source}: cannot be imported")
    module = importlib.util.module_from_spec(spec)
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
        network: nn.Module = module.Network()
    except Exception as error:
        raise InputError(f"{source}: {error}") from error
    finally:
        sys.dont_write_bytecode = writes
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        network.load_state_dict(load_file(weights))
    except (SafetensorError, RuntimeError) as error:
        raise InputError(f"{weights}: {' '.join(str(error).split())}") from error
    return network


def _called(text: str, classes: Optional[int]) -> nn.Module:
    name, _, function = text.partition(":")
    try:
        maker = getattr(importlib.import_module(name), function)
    except (ImportError, AttributeError) as error:
        raise InputError(f"{text}: {error}") from error
    try:
        network = maker() if classes is None else maker(num_classes=classes)
    except Exception as error:
        raise InputError(f"{text}: {error}") from error
    if not isinstance(network, nn.Module):
        raise InputError(f"{text}: gives {type(network).__name__}, not a module")
    return network


class SqueezeExcitation(nn.Module):
    """A normalisation, a rectifier, and factors for the channels (Hu et al., CVPR 2018).

    It takes the place of the normalisation after a depthwise convolution. The rectifier that the
    network applies to its output changes nothing: all of it is positive or zero.
    """

    def __init__(self, norm: nn.BatchNorm2d) -> None:
        super().__init__()
        channels = norm.num_features
        # Half to even, as the published networks round.
        hidden = max(1, round(channels / 4))
        self.norm = norm
        self.squeeze = nn.Conv2d(channels, hidden, 1, bias=False)
        self.squeeze_norm = nn.BatchNorm2d(hidden, eps=norm.eps)
        self.excite = nn.Conv2d(hidden, channels, 1, bias=False)
        self.excite_norm = nn.BatchNorm2d(channels, eps=norm.eps)

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """The maps, normalised, rectified, and each channel times its factor."""
        maps = torch.relu(self.norm(maps))
        factors = maps.mean((2, 3), keepdim=True)
        factors = torch.relu(self.squeeze_norm(self.squeeze(factors)))
        return maps * torch.sigmoid(self.excite_norm(self.excite(factors)))


def prepare(network: nn.Module, plan: Plan) -> list[str]:
    """Changes a network as the recipe wants it, and says what was done.

    Raises:
        UsageError: Squeeze-and-excitation is wanted, but there are no inverted residuals.
    """
    done = []
    if plan.squeeze_excitation:
        count = _squeeze(network, plan.seed)
        if count == 0:
            raise UsageError(
                "squeeze-and-excitation is for inverted residuals, which this network does not have: "
                "--no-squeeze-excitation"
            )
        done.append(f"squeeze-and-excitation in {count} inverted residuals")
    if plan.zero_last_norm:
        norms = [
            part
            for name, part in network.named_modules()
            if name.endswith("project_norm") and isinstance(part, nn.BatchNorm2d)
        ]
        for norm in norms:
            nn.init.zeros_(norm.weight)
        if norms:
            done.append(f"{len(norms)} residual branches start at zero")
    if plan.norm_momentum is not None:
        for part in network.modules():
            if isinstance(part, nn.BatchNorm2d):
                part.momentum = plan.norm_momentum
    return done


def _squeeze(network: nn.Module, seed: int) -> int:
    units = [
        (name, part)
        for name, part in network.named_modules()
        if isinstance(part, (nn.Module, nn.ModuleDict)) and _has(part, "depthwise_norm")
    ]
    for name, unit in units:
        inserted = SqueezeExcitation(unit.get_submodule("depthwise_norm"))  # type: ignore[arg-type]
        for part, layer in (("squeeze", inserted.squeeze), ("excite", inserted.excite)):
            generator = torch.Generator().manual_seed(key(seed, "weights", name, part))
            deviation = (2 / layer.in_channels) ** 0.5
            nn.init.normal_(layer.weight, 0, deviation, generator=generator)
        unit.add_module("depthwise_norm", inserted)
    return len(units)


def _has(part: nn.Module, name: str) -> bool:
    return any(child == name for child, _ in part.named_children()) and any(
        child == "depthwise" for child, _ in part.named_children()
    )


def portable_state(network: nn.Module) -> dict[str, torch.Tensor]:
    """The state under the names that the library gives it.

    Without squeeze-and-excitation it fits ``network.py``; with it, the networks that the library builds
    with squeeze-and-excitation.
    """
    state = {}
    for name, tensor in network.state_dict().items():
        for inner in ("squeeze", "squeeze_norm", "excite", "excite_norm"):
            name = name.replace(f".depthwise_norm.{inner}.", f".{inner}.")
        name = name.replace(".depthwise_norm.norm.", ".depthwise_norm.")
        state[name] = tensor.detach().cpu().contiguous()
    return state


def describe(text: str) -> str:
    """The architecture of an exported network, or the text itself."""
    try:
        graph = json.loads((Path(text) / "network.json").read_text())
        return f"{graph['space']} {graph['architecture']}"
    except (OSError, ValueError, KeyError):
        return text
