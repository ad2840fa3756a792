"""Feature maps of a network, taken while it runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import torch
from torch import nn

from ..errors import InputError, UsageError

__all__ = ["Tap", "Taps", "find"]


@dataclass(frozen=True)
class Tap:
    """A place in a network.

    Attributes:
        module: The name of a module.
        kind: ``"output"``, ``"input"``, or ``"normalized"``: of a normalisation with an activation
            in one module, the values between the two.
        channels: How many channels there are.
        size: Rows of the maps at the resolution at which they were looked for.
    """

    module: str
    kind: str
    channels: int
    size: int

    def __str__(self) -> str:
        words = {"output": "after", "input": "before", "normalized": "normalised in"}
        return f"{words[self.kind]} {self.module}, {self.channels} x {self.size} x {self.size}"


class Taps:
    """Keeps the maps of some places of each forward pass."""

    def __init__(self, network: nn.Module, taps: Sequence[Tap]) -> None:
        self._maps: dict[int, torch.Tensor] = {}
        for number, tap in enumerate(taps):
            module = network.get_submodule(tap.module)
            module.register_forward_hook(self._hook(number, tap.kind))
        self._count = len(taps)

    def _hook(self, number: int, kind: str) -> Any:
        def hook(module: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
            self._maps[number] = _taken(module, inputs, output, kind)

        return hook

    def take(self) -> list[torch.Tensor]:
        """The maps of the last pass, which are then forgotten."""
        maps = [self._maps[number] for number in range(self._count)]
        self._maps.clear()
        return maps


def _taken(module: nn.Module, inputs: tuple[Any, ...], output: Any, kind: str) -> torch.Tensor:
    if kind == "input":
        value = inputs[0]
    elif kind == "normalized":
        # The statistics are those of evaluation: only frozen networks are tapped so.
        norm: Any = module
        value = nn.functional.batch_norm(
            inputs[0], norm.running_mean, norm.running_var, norm.weight, norm.bias, eps=norm.eps
        )
    else:
        value = output
    assert isinstance(value, torch.Tensor)
    return value


def find(
    network: nn.Module, resolution: int, named: Sequence[str], reductions: Sequence[int] = (16, 32)
) -> list[Tap]:
    """Finds the places whose maps are compared.

    Args:
        network: The network.
        resolution: Rows and columns of its images.
        named: Modules whose outputs are taken, one for each reduction, with ``:normalized`` or
            ``:input`` after the name for other values. Where there are none, for each reduction:
            of a chain of blocks, what the first block with it gives; else the last convolution.
        reductions: Rows of an image for each row of the maps.

    Raises:
        UsageError: There is no such module or place.
    """
    seen = _run(network, resolution)
    if named:
        return [_named(network, text, seen) for text in named]
    taps = []
    for reduction in reductions:
        tap = _block(seen, resolution, reduction) or _convolution(network, seen, resolution, reduction)
        if tap is None:
            raise UsageError(
                f"no feature maps of {resolution}/{reduction} rows are in the network: name modules "
                "with --student-features and --teacher-features, or use --distill-features 0"
            )
        taps.append(tap)
    return taps


Shapes = dict[str, tuple[tuple[int, ...], tuple[int, ...]]]


def _run(network: nn.Module, resolution: int) -> Shapes:
    """Shapes of input and output of every module that has maps, in the order of their passes."""
    seen: Shapes = {}
    handles = []

    def hook(name: str) -> Any:
        def note(module: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
            if inputs and isinstance(inputs[0], torch.Tensor) and isinstance(output, torch.Tensor):
                seen[name] = (tuple(inputs[0].shape), tuple(output.shape))

        return note

    modes = {part: part.training for part in network.modules()}
    for name, part in network.named_modules():
        handles.append(part.register_forward_hook(hook(name)))
    try:
        device = next(network.parameters()).device
        with torch.no_grad():
            network.eval()(torch.zeros(1, 3, resolution, resolution, device=device))
    except Exception as error:
        raise InputError(
            f"the network does not run on an image of {resolution}x{resolution}: {error}"
        ) from error
    finally:
        for handle in handles:
            handle.remove()
        for part, mode in modes.items():
            part.training = mode
    return seen


def _named(network: nn.Module, text: str, seen: Shapes) -> Tap:
    name, _, kind = text.partition(":")
    kind = kind or "output"
    if name not in seen or kind not in ("output", "input", "normalized"):
        raise UsageError(f"{text}: there is no such module, or it has no feature maps")
    if kind == "normalized" and not hasattr(network.get_submodule(name), "running_mean"):
        raise UsageError(f"{text}: the module is no batch normalisation")
    shape = seen[name][0 if kind == "input" else 1]
    if len(shape) != 4:
        raise UsageError(f"{text}: gives {list(shape)}, which are no feature maps")
    return Tap(name, kind, shape[1], shape[2])


def _block(seen: Shapes, resolution: int, reduction: int) -> Optional[Tap]:
    """What the first block of a chain gives: the input of the first module of the next block."""
    first: dict[int, str] = {}
    for name in seen:
        match = re.match(r"blocks\.(\d+)\.(?:units|layers)\.", name)
        if match:
            first.setdefault(int(match[1]), name)
    for number in sorted(first):
        after = first.get(number + 1)
        if after is None:
            continue
        shape = seen[after][0]
        if len(shape) == 4 and round(resolution / shape[2]) == reduction:
            return Tap(after, "input", shape[1], shape[2])
    return None


def _convolution(network: nn.Module, seen: Shapes, resolution: int, reduction: int) -> Optional[Tap]:
    found = None
    for name, (_, shape) in seen.items():
        is_convolution = isinstance(network.get_submodule(name), nn.Conv2d)
        has_maps = is_convolution and len(shape) == 4 and shape[2] > 1
        if has_maps and round(resolution / shape[2]) == reduction:
            found = Tap(name, "output", shape[1], shape[2])
    return found
