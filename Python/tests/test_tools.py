"""With the tools of others: Optuna, loky, Dask."""

from __future__ import annotations

from typing import Any

import pytest

import tfnas
from conftest import CELLS, SMALL, need

optuna = need("optuna")

EDGES = ("none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3")


@pytest.fixture(autouse=True)
def quiet() -> None:
    optuna.logging.set_verbosity(optuna.logging.ERROR)


def build(trial: Any) -> str:
    e = [trial.suggest_categorical(f"edge{number}", EDGES) for number in range(6)]
    return f"|{e[0]}~0|+|{e[1]}~0|{e[2]}~1|+|{e[3]}~0|{e[4]}~1|{e[5]}~2|"


def objective(**settings: Any) -> Any:
    from tfnas.optuna import Objective

    return Objective(build, input_shape=(3, 8, 8), **{**SMALL, **settings})


def study(direction: str = "maximize", pruner: Any = None) -> Any:
    return optuna.create_study(
        direction=direction, sampler=optuna.samplers.TPESampler(seed=1), pruner=pruner
    )


def test_trials_have_the_scores_of_the_command() -> None:
    trials = study()
    trials.optimize(objective(by="vkdnw"), n_trials=6)
    for trial in trials.trials:
        expected = tfnas.score(build(trial), proxies="vkdnw", input_shape=(3, 8, 8), **SMALL)
        assert trial.value == expected[0]["vkdnw"]


def test_initialisations_are_reported_and_pruned() -> None:
    class Always(optuna.pruners.BasePruner):  # type: ignore[misc, name-defined]
        def prune(self, study: Any, trial: Any) -> bool:
            return bool(trial.last_step == 1)

    trials = study(pruner=Always())
    trials.optimize(objective(by="vkdnw", inits=4), n_trials=2)
    for trial in trials.trials:
        assert trial.state == optuna.trial.TrialState.PRUNED
        assert sorted(trial.intermediate_values) == [0, 1]
        one = tfnas.score(build(trial), proxies="vkdnw", input_shape=(3, 8, 8), seed=0, **SMALL)
        two = tfnas.score(build(trial), proxies="vkdnw", input_shape=(3, 8, 8), seed=1, **SMALL)
        assert trial.intermediate_values[0] == one[0]["vkdnw"]
        assert trial.intermediate_values[1] == (one[0]["vkdnw"] + two[0]["vkdnw"]) / 2


def test_undefined_scores_prune_with_their_reason() -> None:
    trials = study()
    trials.enqueue_trial({f"edge{number}": "none" for number in range(6)})
    trials.optimize(objective(by="expressivity"), n_trials=1)
    assert trials.trials[0].state == optuna.trial.TrialState.PRUNED
    assert "constant" in trials.trials[0].user_attrs["undefined"]
    failing = study()
    failing.enqueue_trial({f"edge{number}": "none" for number in range(6)})
    failing.optimize(objective(by="expressivity", unscored="fail"), n_trials=1, catch=tfnas.TfnasError)
    assert failing.trials[0].state == optuna.trial.TrialState.FAIL


def test_several_proxies_are_several_objectives() -> None:
    several = objective(by=["vkdnw", "parameters"])
    assert several.directions == ["maximize", "maximize"]
    trials = optuna.create_study(directions=several.directions)
    trials.optimize(several, n_trials=3)
    assert all(len(trial.values) == 2 for trial in trials.trials)


@pytest.mark.parametrize(
    "settings", [{"inits": 0}, {"unscored": "ignore"}, {"constraints": {"parameters": "few"}}]
)
def test_misuse_is_refused_at_once(settings: dict[str, Any]) -> None:
    with pytest.raises(tfnas.UsageError):
        objective(**settings)


def test_directions_of_no_proxy() -> None:
    with pytest.raises(tfnas.UsageError, match="rank"):
        _ = objective(by="rank(vkdnw)").directions


def test_loky_is_an_executor() -> None:
    loky = need("loky")
    here = tfnas.score(CELLS, proxies="layers,vkdnw", input_shape=(3, 8, 8), **SMALL)
    with loky.get_reusable_executor(max_workers=2) as executor:
        there = tfnas.score(CELLS, proxies="layers,vkdnw", input_shape=(3, 8, 8),
                            executor=executor, **SMALL)  # fmt: skip
    assert there == here


def test_dask_is_an_executor() -> None:
    distributed = need("distributed")
    here = tfnas.score(CELLS, proxies="layers,vkdnw", input_shape=(3, 8, 8), **SMALL)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as cluster, distributed.Client(cluster) as client:  # fmt: skip
        there = tfnas.score(CELLS, proxies="layers,vkdnw", input_shape=(3, 8, 8),
                            executor=client.get_executor(), **SMALL)  # fmt: skip
    assert there == here
