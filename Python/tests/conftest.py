from __future__ import annotations

import importlib
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

CELLS = [
    "|nor_conv_3x3~0|+|nor_conv_1x1~0|avg_pool_3x3~1|+|skip_connect~0|none~1|nor_conv_3x3~2|",
    "|nor_conv_1x1~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|none~1|nor_conv_1x1~2|",
    "|skip_connect~0|+|none~0|nor_conv_1x1~1|+|nor_conv_3x3~0|avg_pool_3x3~1|none~2|",
]

#: Sizes at which a score takes a moment.
SMALL: dict[str, Any] = {"width": 4, "cells": 1, "batch": 4}
SMALL_OPTIONS = ["--width=4", "--cells=1", "--batch=4", "--resolution=8"]


@pytest.fixture(scope="session", autouse=True)
def command() -> str:
    """The command that is tested: TFNAS, or the build of the repository. Without it, nothing passes."""
    root = Path(__file__).parents[2]
    builds = [root / ".build/release/tfnas", root / ".build/debug/tfnas"]
    found = os.environ.get("TFNAS") or next((str(path) for path in builds if path.is_file()), "")
    if not found:
        pytest.exit("no tfnas command: build it, or set TFNAS", returncode=66)
    os.environ["TFNAS"] = found
    subprocess.run([found, "--version"], check=True, capture_output=True)
    return found


def need(module: str) -> Any:
    """A module of an extra; without it the test is skipped, or fails where TFNAS_ALL_EXTRAS is set."""
    if module in ("timm", "torchvision"):
        _let_torchvision_load()
    try:
        return importlib.import_module(module)
    except ImportError as error:
        if os.environ.get("TFNAS_ALL_EXTRAS"):
            raise
        return pytest.skip(f"{error}", allow_module_level=True)


def _let_torchvision_load() -> None:
    """Declares an operator that torchvision cannot load where it is built for GPUs and torch is not."""
    torch = need("torch")
    if torch.version.cuda is None and not hasattr(torch.ops.torchvision, "nms"):
        library = torch.library.Library("torchvision", "DEF")
        library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _kept.append(library)


_kept: list[Any] = []
