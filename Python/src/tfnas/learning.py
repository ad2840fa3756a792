"""The learned ranking in scikit-learn's conventions."""

from __future__ import annotations

import csv
import inspect
import io
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

from ._process import Call, documents, options
from .errors import TfnasError, UsageError

if TYPE_CHECKING:
    import numpy

__all__ = ["LearnedRanking", "NotFittedError"]


class NotFittedError(TfnasError, ValueError, AttributeError):
    """A model was asked before it was fitted."""


class LearnedRanking:
    """A random forest on known accuracies that predicts those of other cells.

    An estimator as scikit-learn has them, over ``tfnas train-ranking`` and ``tfnas predict``. It
    trains on the accuracies that the command carries, so :meth:`fit` takes no data of its own.

    Args:
        features: Features with commas between them: ``"graf"``, ``"vkdnw-m"``, proxies.
        dataset: Which accuracies.
        train: Networks that are drawn for training.
        trees: Trees of the forest.
        store: Scores of the proxies among the features.

    Attributes:
        model_: The model, as the command writes it; there after :meth:`fit`.
        metrics_: Tau, rho and nDCG on the networks that were not trained on.
    """

    def __init__(
        self,
        features: Union[str, Sequence[str]] = "graf",
        dataset: str = "cifar10",
        train: int = 1024,
        trees: int = 100,
        store: Union[str, os.PathLike[str], None] = None,
    ) -> None:
        self.features = features
        self.dataset = dataset
        self.train = train
        self.trees = trees
        self.store = store

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The arguments of the constructor with their values."""
        names = list(inspect.signature(type(self).__init__).parameters)[1:]
        return {name: getattr(self, name) for name in names}

    def set_params(self, **parameters: Any) -> LearnedRanking:
        """Sets arguments of the constructor.

        Raises:
            UsageError: There is no such argument.
        """
        known = self.get_params()
        for name, value in parameters.items():
            if name not in known:
                raise UsageError(f"LearnedRanking has no parameter {name!r}: {', '.join(known)}")
            setattr(self, name, value)
        return self

    def fit(self, X: Any = None, y: Any = None) -> LearnedRanking:
        """Trains on the accuracies that the command carries.

        Args:
            X: Nothing; there for scikit-learn's sake.
            y: Nothing.

        Raises:
            UsageError: There are data: the command draws its own.
            MissingInputError: The store does not hold the scores that the features need.
        """
        if X is not None or y is not None:
            raise UsageError(
                "fit takes no data: the command draws the networks for training, of which it has "
                "the accuracies"
            )
        with tempfile.TemporaryDirectory(prefix="tfnas-") as folder:
            path = Path(folder) / "model.json"
            outcome = Call(
                [
                    "train-ranking",
                    *options(
                        features=self.features,
                        dataset=self.dataset,
                        train=self.train,
                        trees=self.trees,
                        seeds=1,
                        store=self.store,
                        save=path,
                    ),
                    "--format=json",
                ]
            ).run()
            self.model_ = path.read_bytes()
        self.metrics_ = documents(outcome.text)
        return self

    def predict(self, X: Iterable[Union[str, int]]) -> numpy.ndarray[Any, Any]:
        """The accuracies in percent that the model expects of cells.

        Args:
            X: Cells as text or index.

        Raises:
            NotFittedError: :meth:`fit` was not called.
            InputError: Something is no cell.
        """
        import numpy

        if not hasattr(self, "model_"):
            raise NotFittedError("LearnedRanking is not fitted: call fit() first")
        cells = [str(cell).strip() for cell in X]
        if not cells:
            return numpy.empty(0)
        with tempfile.TemporaryDirectory(prefix="tfnas-") as folder:
            path = Path(folder) / "model.json"
            path.write_bytes(self.model_)
            outcome = Call(
                ["predict", str(path), *options(store=self.store), "--format=json", "-"],
                stdin="".join(cell + "\n" for cell in cells),
            ).run()
        predictions = documents(outcome.text)["predictions"]
        return numpy.array([row["predicted"] for row in predictions])

    def score(self, X: Iterable[Union[str, int]], y: Iterable[float]) -> float:
        """Kendall's tau-b between predictions and accuracies, by ``tfnas rank``."""
        cells, accuracies = list(X), list(y)
        if len(cells) != len(accuracies):
            raise UsageError(f"{len(cells)} cells, but {len(accuracies)} accuracies")
        table = io.StringIO()
        writer = csv.writer(table)
        writer.writerow(["predicted", "accuracy"])
        writer.writerows(
            [repr(float(value)), repr(float(accuracy))]
            for value, accuracy in zip(self.predict(cells), accuracies)
        )
        outcome = Call(
            ["rank", "-", "--score=predicted", "--accuracy=accuracy", "--resamples=0",
             "--format=json"],
            stdin=table.getvalue(),
        ).run()  # fmt: skip
        tau = documents(outcome.text)["rows"][0]["kendall"]
        return float(tau["value"] if isinstance(tau, dict) else tau)

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn asks a regressor for; only it calls this."""
        from sklearn.utils import InputTags, RegressorTags, Tags, TargetTags

        return Tags(
            estimator_type="regressor",
            target_tags=TargetTags(required=False),
            regressor_tags=RegressorTags(),
            input_tags=InputTags(string=True, two_d_array=False),
        )

    def __repr__(self) -> str:
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.get_params().items())
        return f"LearnedRanking({arguments})"
