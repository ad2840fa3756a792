"""The exponential average of a network's weights."""

from __future__ import annotations

import copy

import torch
from torch import nn

__all__ = ["Average"]


class Average:
    """``average = decay average + (1 - decay) weights`` after each step, running statistics included."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        # The copy has hooks that would fill the taps of the trained network.
        for part in self.network.modules():
            part._forward_hooks.clear()
        self._decay = decay

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Takes the weights of a step in."""
        ours, theirs = self.network.state_dict(), network.state_dict()
        for name, mean in ours.items():
            if mean.is_floating_point():
                mean.lerp_(theirs[name].to(mean.dtype), 1 - self._decay)
            else:
                mean.copy_(theirs[name])
