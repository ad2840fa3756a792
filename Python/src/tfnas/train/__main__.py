"""``python -m tfnas.train``: the command line."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Optional

from ..errors import TfnasError, UsageError

if TYPE_CHECKING:
    from torch import nn

    from .images import Images
    from .loop import Trainer
    from .plan import Plan
    from .processes import Processes

_DESCRIPTION = """\
Trains a network: one that tfnas export wrote, or any that a function makes.

  tfnas export mobilenet-v2 "$(cat winner.txt)" --classes 1000 --directory winner
  python -m tfnas.train winner --train imagenet --out run --teacher timm:tf_efficientnet_b3.ns_jft_in1k
  torchrun --nproc-per-node 8 -m tfnas.train winner --train imagenet --out run --teacher ...
  python -m tfnas.train cell --train cifar-10-batches-bin --out run --recipe cifar --dry-run

Stopped by Ctrl-C, SIGTERM or a kill, the same command goes on where it was.
"""

_TYPES = {"int": int, "float": float, "str": str, "bool": bool}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(64, f"tfnas.train: {message} (see python -m tfnas.train --help)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m tfnas.train",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("student", help="a folder of tfnas export, or package.module:function")
    parser.add_argument(
        "--train",
        type=Path,
        required=True,
        help="images: an .npz file, CIFAR's binary files, or folders of classes",
    )
    parser.add_argument("--test", type=Path, help="images for testing (default: beside --train)")
    parser.add_argument(
        "--out", type=Path, help="folder of checkpoint, log and weights; made where there is none"
    )
    from .plan import RECIPES, Plan

    parser.add_argument("--recipe", choices=tuple(RECIPES), default="published")
    parser.add_argument("--dry-run", action="store_true", help="prints plan and time, and writes nothing")
    teacher = parser.add_argument_group("teacher")
    teacher.add_argument("--teacher", help="timm:NAME, a folder of tfnas export, or a function")
    teacher.add_argument("--teacher-weights", type=Path, help="its state, .safetensors or .pth")
    teacher.add_argument(
        "--teacher-features", help="modules whose maps are compared, with a comma between them"
    )
    teacher.add_argument("--student-features", help="the student's")
    machine = parser.add_argument_group("machine")
    machine.add_argument("--device", default="auto", help="auto, cpu or cuda")
    machine.add_argument("--workers", type=int, default=0, help="processes that load images")
    machine.add_argument("--threads", type=int, help="threads that compute, on a CPU")
    machine.add_argument(
        "--checkpoint-seconds",
        type=float,
        default=600.0,
        help="time between checkpoints within an epoch, of one process",
    )
    recipe = parser.add_argument_group("recipe", "each by default the recipe's")
    for name, kind in Plan.__annotations__.items():
        flag = "--" + name.replace("_", "-")
        base = kind.replace("Optional[", "").rstrip("]")
        if base == "bool":
            recipe.add_argument(flag, action=argparse.BooleanOptionalAction, default=None)
        else:
            recipe.add_argument(flag, type=_TYPES[base], default=None, metavar=base.upper())
    return parser


def main(arguments: Optional[list[str]] = None) -> int:
    """Runs the command line and returns its exit code."""
    parsed = _parser().parse_args(arguments)
    try:
        try:
            from . import images  # noqa: F401
        except ImportError as error:
            raise UsageError(f"{error}: pip install tfnas[train]") from error
        return _run(parsed)
    except TfnasError as error:
        code = error.exit_code or _code(error)
        # Processes that torchrun has started all fail alike; one line is enough.
        if os.environ.get("RANK", "0") == "0":
            print(f"tfnas.train: {error}", file=sys.stderr)
        return code
    except KeyboardInterrupt:
        print("tfnas.train: ended at once; the last checkpoint is there", file=sys.stderr)
        return 75


def _code(error: TfnasError) -> int:
    from .. import errors

    for code, kind in sorted(errors._CLASSES.items(), reverse=True):
        if type(error) is kind:
            return code
    return 70


def _run(parsed: argparse.Namespace) -> int:
    import torch

    from . import images
    from .plan import RECIPES, Plan
    from .processes import Processes

    if parsed.out is None and not parsed.dry_run:
        raise UsageError("--out is missing: the folder of checkpoint, log and weights")
    if parsed.threads is not None:
        if parsed.threads < 1:
            raise UsageError(f"--threads must be at least 1, not {parsed.threads}")
        torch.set_num_threads(parsed.threads)
    if parsed.workers < 0:
        raise UsageError(f"--workers must be at least 0, not {parsed.workers}")
    plan = RECIPES[parsed.recipe].changed(**{name: getattr(parsed, name) for name in Plan.__annotations__})
    if parsed.teacher is None:
        if plan.distill_logits or plan.distill_features:
            raise UsageError(
                f"the recipe {parsed.recipe} learns from a teacher: name one with --teacher, or use "
                "--distill-logits 0 --distill-features 0"
            )
    elif not (plan.distill_logits or plan.distill_features):
        raise UsageError(
            f"--teacher: the recipe {parsed.recipe} does not learn from it; give "
            "--distill-logits or --distill-features"
        )
    training = images.read(parsed.train, "train")
    tests = images.read(parsed.test or parsed.train, "test")
    if tests.classes > training.classes:
        raise UsageError(
            f"{parsed.test or parsed.train}: {tests.classes} classes, but {parsed.train} has "
            f"{training.classes}"
        )
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.backends.cudnn.benchmark = False
    torch.manual_seed(plan.seed)
    processes = Processes.join(parsed.device)
    try:
        return _train(parsed, plan, training, tests, processes)
    finally:
        processes.leave()


def _train(
    parsed: argparse.Namespace,
    plan: Plan,
    training: Images,
    tests: Images,
    processes: Processes,
) -> int:
    from . import distillation, students, taps, teachers
    from .loop import Trainer

    is_function = ":" in parsed.student and not Path(parsed.student).is_dir()
    student = students.load(parsed.student, training.classes if is_function else None)
    changes = students.prepare(student, plan)
    _check_outputs(student, plan, training.classes)
    student_taps, teacher_taps, teaching = [], [], None
    if parsed.teacher is not None:
        teacher, features = teachers.load(parsed.teacher, parsed.teacher_weights, training.classes)
        if plan.distill_features:
            student_taps = taps.find(student, plan.resolution, _names(parsed.student_features))
            named = _names(parsed.teacher_features) or list(features)
            teacher_taps = taps.find(teacher, plan.loading_resolution, named)
            if len(student_taps) != len(teacher_taps):
                raise UsageError(
                    f"{len(student_taps)} feature maps of the student, but {len(teacher_taps)} of the "
                    "teacher"
                )
        teaching = distillation.Teaching(teacher.to(processes.device), teacher_taps, plan)
    widths = [tap.channels for tap in teacher_taps]
    lesson = distillation.Lesson(student, student_taps, widths, plan.seed)
    trainer = Trainer(lesson, plan, training, tests, processes, teaching, parsed.workers)
    if processes.is_first:
        for line in _description(parsed, plan, training, tests, trainer, changes):
            print(line, file=sys.stdout if parsed.dry_run else sys.stderr)
        for ours, theirs in zip(student_taps, teacher_taps):
            text = f"feature maps  {ours}, against the teacher's {theirs}"
            print(text, file=sys.stdout if parsed.dry_run else sys.stderr)
    if parsed.dry_run:
        step, test = trainer.estimate()
        epoch = step * trainer.steps + test
        if processes.is_first:
            print(
                f"time          {step:.3g} s a step, {epoch:.3g} s an epoch, "
                f"{_clock(epoch * plan.epochs)} in all on {processes.count} "
                f"process{'es' * (processes.count > 1)} ({processes.device.type})"
            )
        return 0
    result = trainer.run(
        parsed.out,
        every=parsed.checkpoint_seconds,
        say=lambda line: print(line, file=sys.stderr, flush=True),
        again=shlex.join([Path(sys.executable).name, "-m", "tfnas.train", *sys.argv[1:]]),
    )
    if processes.is_first:
        print(json.dumps(result))
    return 0


def _names(text: Optional[str]) -> list[str]:
    return [name.strip() for name in text.split(",")] if text else []


def _check_outputs(student: nn.Module, plan: Plan, classes: int) -> None:
    import torch

    from ..errors import InputError

    size = plan.resolution
    with torch.no_grad():
        try:
            outputs = student.eval()(torch.zeros(1, 3, size, size))
        except Exception as error:
            raise InputError(f"the student does not run on an image of {size}x{size}: {error}") from error
    if outputs.dim() != 2 or outputs.shape[1] < classes:
        raise UsageError(
            f"the student gives {list(outputs.shape)} for one image, but there are {classes} classes: "
            "export it with --classes"
        )


def _description(
    parsed: argparse.Namespace,
    plan: Plan,
    training: Images,
    tests: Images,
    trainer: Trainer,
    changes: list[str],
) -> list[str]:
    from .students import describe

    parameters = sum(each.numel() for each in trainer.student.parameters())
    count = trainer.processes.count
    lines = [
        f"student       {describe(parsed.student)}",
        f"              {parameters:,} parameters" + "".join(f"; {change}" for change in changes),
        f"images        {len(training):,} for training, {len(tests):,} for testing, "
        f"{training.classes} classes",
        f"epochs        {plan.epochs} of {trainer.steps} steps of {plan.batch * count} images "
        f"({plan.batch} in each of {count} process{'es' * (count > 1)})",
        f"optimiser     SGD, momentum {plan.momentum:g}, weight decay {plan.weight_decay:g}; learning "
        f"rate {plan.learning_rate(count):g}, rising for {plan.warmup_epochs:g} epochs, then one cosine "
        "cycle",
        f"images seen   augmentation {plan.augmentation} at {plan.loading_resolution}, student at "
        f"{plan.resolution}; mixup {plan.mixup:g}, label smoothing {plan.label_smoothing:g}",
        f"numbers       {plan.precision}; average of weights "
        + (f"{plan.ema:g}" if plan.ema else "none")
        + f"; seed {plan.seed}",
    ]
    if parsed.teacher is not None:
        lines.append(
            f"teacher       {parsed.teacher}; weight of its predictions {plan.distill_logits:g}, of "
            f"its feature maps {plan.distill_features:g}"
        )
    return lines


def _clock(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{seconds:.0f} s"
    days, rest = divmod(minutes, 1440)
    text = f"{rest // 60} h {rest % 60} min" if rest >= 60 else f"{rest} min"
    return f"{days} days {text}" if days else text


if __name__ == "__main__":
    sys.exit(main())
