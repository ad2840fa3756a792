"""One process, or several that ``torchrun`` has started."""

from __future__ import annotations

import os
from dataclasses import dataclass

import torch
from torch import distributed, nn

__all__ = ["Processes"]


@dataclass(frozen=True)
class Processes:
    """The processes of a training.

    Attributes:
        rank: The number of this one.
        count: How many there are.
        device: What this one computes on.
    """

    rank: int
    count: int
    device: torch.device

    @classmethod
    def join(cls, device: str = "auto") -> Processes:
        """Joins the processes that ``torchrun`` has started, or is the only one."""
        count = int(os.environ.get("WORLD_SIZE", "1"))
        rank = int(os.environ.get("RANK", "0"))
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        if device == "cuda":
            device = f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
            torch.cuda.set_device(device)
        if count > 1:
            distributed.init_process_group("nccl" if device.startswith("cuda") else "gloo")
        return cls(rank, count, torch.device(device))

    @property
    def is_first(self) -> bool:
        """Whether this process prints and writes."""
        return self.rank == 0

    def leave(self) -> None:
        """Leaves the group."""
        if self.count > 1:
            distributed.destroy_process_group()

    def wrapped(self, lesson: nn.Module) -> nn.Module:
        """The module with its gradients averaged over all processes."""
        if self.count == 1:
            return lesson
        if self.device.type == "cuda":
            lesson = nn.SyncBatchNorm.convert_sync_batchnorm(lesson)  # type: ignore[no-untyped-call]
            return nn.parallel.DistributedDataParallel(lesson, device_ids=[self.device.index])
        return nn.parallel.DistributedDataParallel(lesson)

    def total(self, values: torch.Tensor) -> torch.Tensor:
        """The sum over all processes."""
        if self.count > 1:
            distributed.all_reduce(values)
        return values

    def share_buffers(self, network: nn.Module) -> None:
        """Gives all processes the running statistics of the first."""
        if self.count > 1:
            for buffer in network.buffers():
                distributed.broadcast(buffer, 0)
