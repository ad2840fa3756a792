"""Ranks neural networks before they are trained.

Scores come from the ``tfnas`` command, which this package carries; their digits are the command's.

    import tfnas, torchvision.models as models

    scores = tfnas.score({"resnet18": models.resnet18(), "mobilenet": models.mobilenet_v3_small()})
    scores.to_pandas()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._version import __version__
from .errors import (
    CannotWriteError,
    CommandNotFoundError,
    IncompleteError,
    InputError,
    InternalError,
    Interrupted,
    MissingInputError,
    TfnasError,
    UnsupportedOperatorError,
    UsageError,
)
from .evaluating import compare, evaluate, proxies, query, spaces
from .learning import LearnedRanking
from .results import Results, Scores
from .scoring import check, count, score
from .searching import SearchResult, search
from .store import read_store

if TYPE_CHECKING:
    from .exporting import to_onnx

__all__ = [
    "CannotWriteError",
    "CommandNotFoundError",
    "IncompleteError",
    "InputError",
    "InternalError",
    "Interrupted",
    "LearnedRanking",
    "MissingInputError",
    "Results",
    "Scores",
    "SearchResult",
    "TfnasError",
    "UnsupportedOperatorError",
    "UsageError",
    "__version__",
    "check",
    "compare",
    "count",
    "evaluate",
    "proxies",
    "query",
    "read_store",
    "score",
    "search",
    "spaces",
    "to_onnx",
]


def __getattr__(name: str) -> Any:
    # PyTorch takes seconds to load, and is not everybody's.
    if name == "to_onnx":
        try:
            from .exporting import to_onnx
        except ImportError as error:
            raise ImportError(f"to_onnx: {error}: pip install tfnas[torch]") from error
        return to_onnx
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
