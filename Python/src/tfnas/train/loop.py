"""The training itself."""

from __future__ import annotations

import json
import math
import signal
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

import torch
from torch import nn
from torch.utils.data import DataLoader

from ..errors import IncompleteError, InputError
from . import checkpoints
from .augmentation import evaluation, training
from .averaging import Average
from .distillation import Lesson, Teaching, cross_entropy, mixed, targets
from .images import Batches, Images, Set
from .plan import Plan
from .processes import Processes
from .randomness import key
from .schedule import learning_rate
from .students import portable_state

__all__ = ["Trainer"]


@dataclass
class Position:
    """How far a training is, with what its report needs.

    Attributes:
        epoch: The running epoch, from 0.
        step: Steps of it that were taken.
        loss: The sum of the losses of these steps.
        best: The best accuracy in percent after an epoch so far.
        log: A line for each epoch that is done.
    """

    epoch: int = 0
    step: int = 0
    loss: float = 0.0
    best: float = 0.0
    log: list[dict[str, Any]] = field(default_factory=list)


class Stop:
    """Notices Ctrl-C and SIGTERM, so that the running step is finished and kept."""

    def __init__(self) -> None:
        self.is_asked = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Stop:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: object) -> None:
        if self.is_asked:
            raise KeyboardInterrupt
        self.is_asked = True


class Trainer:
    """Trains a student, and goes on where it was stopped.

    With the same processes and the same kind of processor, a training that was killed gives the same
    weights to the last bit as one that was not.

    Args:
        lesson: The student with its projections.
        plan: What is done.
        images: Images for training.
        tests: Images for testing.
        processes: The processes that share the work.
        teaching: The teacher, where there is one.
        workers: Further processes that load images.
    """

    def __init__(
        self,
        lesson: Lesson,
        plan: Plan,
        images: Images,
        tests: Images,
        processes: Processes,
        teaching: Optional[Teaching] = None,
        workers: int = 0,
    ) -> None:
        self.plan = plan
        self.processes = processes
        self.classes = max(images.classes, tests.classes)
        self.position = Position()
        self._lesson = lesson.to(processes.device)
        self._model = processes.wrapped(self._lesson)
        self._teaching = teaching
        self._average = Average(self.student, plan.ema) if plan.ema else None
        self._optimizer = torch.optim.SGD(
            self._groups(), lr=0.0, momentum=plan.momentum, nesterov=plan.momentum > 0
        )
        self._is_mixed = plan.precision == "mixed"
        is_gpu = processes.device.type == "cuda"
        self._half = torch.float16 if is_gpu else torch.bfloat16
        self._scaler = torch.amp.GradScaler("cuda", enabled=self._is_mixed and is_gpu)
        self._workers = workers
        self._images = Set(images, training(plan), plan.seed)
        self._tests = Set(tests, evaluation(plan), plan.seed)
        self.steps = len(self._batches(0, 0))
        self._height = plan.learning_rate(processes.count)

    @property
    def student(self) -> nn.Module:
        """The network that is trained."""
        return self._lesson.student

    def _groups(self) -> list[dict[str, Any]]:
        """Weights of convolutions and linear layers decay; biases and normalisations do not."""
        decaying: list[nn.Parameter] = []
        others: list[nn.Parameter] = []
        for part in self._lesson.modules():
            for name, parameter in part.named_parameters(recurse=False):
                decays = name == "weight" and isinstance(part, (nn.Conv2d, nn.Linear))
                (decaying if decays else others).append(parameter)
        return [
            {"params": decaying, "weight_decay": self.plan.weight_decay},
            {"params": others, "weight_decay": 0.0},
        ]

    # Steps

    def _batches(self, epoch: int, start: int) -> Batches:
        return Batches(
            len(self._images),
            self.plan.batch,
            epoch,
            self.plan.seed,
            self.processes.rank,
            self.processes.count,
            start,
        )

    def _loader(self, items: Set, batches: Batches) -> DataLoader[Any]:
        return DataLoader(
            items,
            batch_sampler=batches,
            num_workers=self._workers,
            pin_memory=self.processes.device.type == "cuda",
        )

    def _autocast(self) -> Any:
        if not self._is_mixed:
            return nullcontext()
        return torch.autocast(self.processes.device.type, dtype=self._half)

    def _resized(self, images: torch.Tensor) -> torch.Tensor:
        size = self.plan.resolution
        if images.shape[-1] == size:
            return images
        return nn.functional.interpolate(images, (size, size), mode="bilinear", align_corners=False)

    def _step(self, epoch: int, step: int, images: torch.Tensor, labels: torch.Tensor) -> float:
        """One step of the optimiser; returns the loss."""
        plan, device = self.plan, self.processes.device
        purpose = (epoch, step, self.processes.rank)
        # For dropout and the like in the student.
        torch.manual_seed(key(plan.seed, "step", *purpose))
        images, labels = images.to(device), labels.to(device)
        wanted = targets(labels, self.classes, plan.label_smoothing)
        images, wanted = mixed(images, wanted, plan.mixup, key(plan.seed, "mixup", *purpose))
        whole = plan.batch * self.processes.count
        rate = learning_rate(
            (epoch * self.steps + step + 1) * whole,
            self._height,
            self.steps * whole,
            plan.epochs,
            plan.warmup_epochs,
        )
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        with self._autocast():
            logits, maps = self._model(self._resized(images))
            loss = cross_entropy(logits, wanted)
            if self._teaching is not None:
                loss = loss + self._teaching.loss(images, logits, maps)
        self._optimizer.zero_grad(set_to_none=True)
        self._scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
        self._scaler.step(self._optimizer)
        self._scaler.update()
        if self._average is not None:
            self._average.update(self.student)
        return float(loss.detach())

    @torch.no_grad()
    def _accuracy(self, network: nn.Module) -> float:
        """The share of test images in percent that a network knows."""
        self.processes.share_buffers(network)
        network.eval()
        batches = Batches(
            len(self._tests),
            self.plan.batch,
            0,
            None,
            self.processes.rank,
            self.processes.count,
        )
        right = torch.zeros(2, dtype=torch.int64, device=self.processes.device)
        for images, labels in self._loader(self._tests, batches):
            with self._autocast():
                logits = network(self._resized(images.to(self.processes.device)))
            right[0] += (logits.argmax(1) == labels.to(self.processes.device)).sum()
            right[1] += len(labels)
        counts = self.processes.total(right)
        return 100 * int(counts[0]) / int(counts[1])

    # The whole

    def estimate(self, steps: int = 3) -> tuple[float, float]:
        """Seconds of a training step and of a test of all test images, by trying them."""
        loader = iter(self._loader(self._images, self._batches(0, 0)))
        self._model.train()
        seconds = []
        for step in range(min(steps + 1, self.steps)):
            start = time.perf_counter()
            images, labels = next(loader)
            self._step(0, step, images, labels)
            seconds.append(time.perf_counter() - start)
        start = time.perf_counter()
        self._accuracy(self.student)
        # The first step sets things up.
        return min(seconds[1:] or seconds), time.perf_counter() - start

    def run(
        self,
        out: Path,
        *,
        every: float = 600.0,
        say: Callable[[str], None] = print,
        again: str = "the same command",
    ) -> dict[str, Any]:
        """Trains to the end, from the checkpoint on where there is one.

        Args:
            out: The folder of checkpoint, log and weights.
            every: Seconds between checkpoints within an epoch.
            say: Called with a line after each epoch.
            again: The command that goes on after a stop.

        Returns:
            Accuracies in percent after the last epoch and after the best, and the path of the weights.

        Raises:
            IncompleteError: Ctrl-C or SIGTERM; the checkpoint has everything.
            InputError: The loss is no number any more, or the checkpoint is of another training.
            CannotWriteError: A file cannot be written.
        """
        with checkpoints.lock(out) if self.processes.is_first else nullcontext():
            self._restore(out)
            with Stop() as stop:
                while self.position.epoch < self.plan.epochs:
                    self._epoch(out, every, stop, say, again)
            return self._finished(out)

    def _epoch(self, out: Path, every: float, stop: Stop, say: Callable[[str], None], again: str) -> None:
        position = self.position
        start = saved = time.monotonic()
        self._model.train()
        for images, labels in self._loader(self._images, self._batches(position.epoch, position.step)):
            loss, is_asked = self._agreed(
                self._step(position.epoch, position.step, images, labels), stop.is_asked
            )
            position.step += 1
            position.loss += loss
            if not math.isfinite(loss):
                raise InputError(
                    f"the loss is no number any more at step {position.step} of epoch "
                    f"{position.epoch + 1}: a smaller --learning-rate-per-256 may help"
                )
            if is_asked:
                self._save(out)
                raise IncompleteError(
                    f"stopped after step {position.step} of {self.steps} of epoch "
                    f"{position.epoch + 1} of {self.plan.epochs}; go on with: {again}",
                    75,
                )
            if time.monotonic() - saved > every:
                self._save(out)
                saved = time.monotonic()
        self._close_epoch(out, time.monotonic() - start, say)

    def _agreed(self, loss: float, is_asked: bool) -> tuple[float, bool]:
        """The mean loss over all processes, and whether any of them was asked to stop."""
        values = torch.tensor([loss, float(is_asked)], dtype=torch.float64, device=self.processes.device)
        values = self.processes.total(values)
        return float(values[0]) / self.processes.count, bool(values[1] > 0)

    def _close_epoch(self, out: Path, seconds: float, say: Callable[[str], None]) -> None:
        position = self.position
        mean = position.loss / self.steps
        line: dict[str, Any] = {"epoch": position.epoch + 1, "loss": mean}
        line["accuracy"] = self._accuracy(self.student)
        if self._average is not None:
            line["averageAccuracy"] = self._accuracy(self._average.network)
        accuracy = max(line["accuracy"], line.get("averageAccuracy", 0.0))
        line["learningRate"] = self._optimizer.param_groups[0]["lr"]
        position.log.append(line)
        is_best = accuracy > position.best
        position.best = max(position.best, accuracy)
        position.epoch, position.step, position.loss = position.epoch + 1, 0, 0.0
        if is_best:
            self._write_weights(out / "best.safetensors", line)
        self._save(out)
        if self.processes.is_first:
            text = f"epoch {line['epoch']} of {self.plan.epochs}: loss {mean:.4f}, accuracy "
            text += f"{line['accuracy']:.2f} %"
            if "averageAccuracy" in line:
                text += f", of the average {line['averageAccuracy']:.2f} %"
            say(text + f", {seconds:.1f} s")

    def _write_weights(self, path: Path, line: dict[str, Any]) -> None:
        if not self.processes.is_first:
            return
        from safetensors.torch import save_file

        averaged = line.get("averageAccuracy", -1.0) >= line["accuracy"]
        network = self._average.network if self._average is not None and averaged else self.student
        checkpoints.replace(path, lambda part: save_file(portable_state(network), part))

    def _finished(self, out: Path) -> dict[str, Any]:
        last = self.position.log[-1]
        self._write_weights(out / "last.safetensors", last)
        return {
            "epochs": self.plan.epochs,
            "accuracy": max(last["accuracy"], last.get("averageAccuracy", 0.0)),
            "bestAccuracy": self.position.best,
            "weights": str(out / "last.safetensors"),
            "bestWeights": str(out / "best.safetensors"),
        }

    # Checkpoints

    def _plan(self) -> dict[str, Any]:
        return {
            **self.plan.as_dict(),
            "processes": self.processes.count,
            "images": len(self._images),
        }

    def _save(self, out: Path) -> None:
        if not self.processes.is_first:
            return
        position = self.position
        checkpoints.write(
            out / "checkpoint.pt",
            {
                "plan": self._plan(),
                "lesson": self._lesson.state_dict(),
                "average": None if self._average is None else self._average.network.state_dict(),
                "optimizer": self._optimizer.state_dict(),
                "scaler": self._scaler.state_dict(),
                "position": {
                    "epoch": position.epoch,
                    "step": position.step,
                    "loss": position.loss,
                    "best": position.best,
                    "log": position.log,
                },
            },
        )
        lines = "".join(json.dumps(line) + "\n" for line in position.log)
        checkpoints.replace(out / "log.jsonl", lambda part: part.write_text(lines))

    def _restore(self, out: Path) -> None:
        state = checkpoints.read(out / "checkpoint.pt", self._plan())
        if state is None:
            return
        try:
            self._lesson.load_state_dict(state["lesson"])
            if self._average is not None:
                self._average.network.load_state_dict(state["average"])
            self._optimizer.load_state_dict(state["optimizer"])
            self._scaler.load_state_dict(state["scaler"])
            self.position = Position(**state["position"])
        except (RuntimeError, ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{out / 'checkpoint.pt'}: does not fit this network: {' '.join(str(error).split())}"
            ) from error
