"""An Optuna objective: scores of the networks that trials describe.

    study = optuna.create_study(direction="maximize")
    study.optimize(tfnas.optuna.Objective(build, by="vkdnw"), n_trials=100)

Ranks among other networks, as of ``rank(vkdnw)*rank(flops)``, are no value of one trial; several
proxies are several objectives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Optional, Union

from .errors import TfnasError, UsageError
from .evaluating import proxies as known_proxies
from .function_search import _limits
from .networks import Network
from .scoring import count, score

if TYPE_CHECKING:
    import optuna

__all__ = ["Objective"]


class Objective:
    """The score of a trial's network.

    A network over its limits is pruned before it is scored, which costs a count and no score. With
    ``inits`` above 1 the trial reports its mean after each initialisation, so that a pruner can end
    it early.

    Args:
        build: Makes a network of a trial: a PyTorch module, an ONNX file or model, or an
            architecture of a search space.
        by: A proxy, or several for a study with several directions.
        constraints: At most, or a pair of at least and at most, for counts of :func:`tfnas.count`.
        inits: Initialisations with seeds ``seed``, ``seed + 1``, and so on.
        seed: The seed of the first of them.
        unscored: What is done with a network without a score: ``"prune"`` or ``"fail"``.
        settings: Any other argument of :func:`tfnas.score`.
    """

    def __init__(
        self,
        build: Callable[[optuna.Trial], Network],
        by: Union[str, Sequence[str]] = "vkdnw",
        *,
        constraints: Optional[Mapping[str, Any]] = None,
        inits: int = 1,
        seed: int = 0,
        unscored: str = "prune",
        **settings: Any,
    ) -> None:
        if inits < 1:
            raise UsageError(f"inits must be at least 1, not {inits}")
        if unscored not in ("prune", "fail"):
            raise UsageError(f"unscored must be 'prune' or 'fail', not {unscored!r}")
        self._build = build
        self._by = [by] if isinstance(by, str) else list(by)
        self._limits = {name: _limits(name, limit) for name, limit in (constraints or {}).items()}
        self._inits = inits
        self._seed = seed
        self._unscored = unscored
        self._settings = {"progress": False, **settings}

    @property
    def directions(self) -> list[str]:
        """``"maximize"`` or ``"minimize"`` for each proxy, for ``create_study(directions=...)``."""
        known = {row["name"]: row.get("higherIsBetter") for row in known_proxies()}
        for name in self._by:
            if known.get(name) is None:
                raise UsageError(f"{name!r} is no proxy: see tfnas.proxies()")
        return ["maximize" if known[name] else "minimize" for name in self._by]

    def __call__(self, trial: optuna.Trial) -> Any:
        """The mean score over the initialisations; a tuple where there are several proxies."""
        import optuna

        network = self._build(trial)
        self._prune_by_size(trial, network)
        sums = [0.0] * len(self._by)
        done = 0
        for number in range(self._inits):
            scores = score(network, proxies=self._by, seed=self._seed + number, **self._settings)
            for place, name in enumerate(self._by):
                value = scores[0][name]
                if value is None:
                    reason = next(iter(scores.undefined.values()), {}).get(name, "no score")
                    trial.set_user_attr("undefined", reason)
                    if self._unscored == "prune":
                        raise optuna.TrialPruned(f"{name} is undefined: {reason}")
                    raise TfnasError(f"{name} is undefined: {reason}")
                sums[place] += value
            done = number + 1
            if len(self._by) == 1 and self._inits > 1:
                trial.report(sums[0] / done, step=number)
                if done < self._inits and trial.should_prune():
                    raise optuna.TrialPruned(f"pruned after {done} initialisations")
        means = [total / done for total in sums]
        return means[0] if len(means) == 1 else tuple(means)

    def _prune_by_size(self, trial: optuna.Trial, network: Network) -> None:
        import optuna

        if not self._limits:
            return
        counted = {"space", "input_shape", "classes", "resolution", "width", "cells"}
        settings = {name: value for name, value in self._settings.items() if name in counted}
        counts = count(network, **settings)[0]
        for name, (least, most) in self._limits.items():
            if name not in counts:
                raise UsageError(f"constraints: there is no count {name!r}: {', '.join(counts)}")
            trial.set_user_attr(name, counts[name])
            if not least <= counts[name] <= most:
                raise optuna.TrialPruned(f"{name} {counts[name]:,} is outside the limits")
