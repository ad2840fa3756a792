"""How far recipes move the accuracies of released networks, and what is left of rankings without that.

    python Scripts/released_confounds.py --accuracies results-imagenet.csv

Reads the scores that `released_models.py` has written, or only sizes where it has not. First: how much top-1 of one
architecture differs between recipes, and that of one trained network between resolutions. Then of each column:
Kendall's tau-b over all pairs, with an interval over families, since networks of a family are no independent draws; the
partial tau, of what is left beside multiply-adds at the resolution of testing; tau over pairs of one family, and over
pairs that were trained by one recipe (`RECIPES`).
"""

import argparse

import numpy

import released_models

#: Tags that each name one recipe of timm's author or one paper's; `in1k` and names of companies name several.
RECIPES = "a1 a1h a2 a3 bt c1 c2 ch d1 e500_r224 fcmae_ft pycls ra ra2 ra3 ra4_e3600_r224 sw tv tv2".split()
RELEASED = ["releasedParameters", "releasedGMACs", "testSize"]
RESAMPLES = 1000


def spread(rows, key, title):
    """Prints how far top-1 of the rows of one key lie apart."""
    groups = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row["top1"])
    ranges = {name: max(values) - min(values) for name, values in groups.items() if len(values) > 1}
    values = sorted(ranges.values())
    widest = max(ranges, key=ranges.get)
    print(
        f"{title}: {len(values)} with several, median {numpy.median(values):.2f} points, "
        f"nine tenths below {numpy.quantile(values, 0.9):.2f}, at most {values[-1]:.2f} ({widest})"
    )


def signs(values):
    """+1, 0 or -1 of each pair; of values that are not there as of the lowest, which tie."""
    known = values[numpy.isfinite(values)]
    values = numpy.where(numpy.isfinite(values), values, known.min() - 1)
    return numpy.sign(values[:, None] - values[None, :])


def tau(left, right, weights):
    """Kendall's tau-b where each pair counts as often as `weights` say."""
    ties = (weights * left**2).sum() * (weights * right**2).sum()
    return (weights * left * right).sum() / ties**0.5 if ties > 0 else numpy.nan


def partial(column, accuracy, size, weights):
    """Kendall's partial rank correlation of column and accuracy beside size."""
    both, own, known = (
        tau(column, accuracy, weights),
        tau(column, size, weights),
        tau(accuracy, size, weights),
    )
    rest = (1 - own**2) * (1 - known**2)
    return (both - own * known) / rest**0.5 if rest > 1e-12 else numpy.nan


def resampled(families, generator):
    """How often each pair occurs when families are drawn with replacement."""
    _, numbers = numpy.unique(families, return_inverse=True)
    drawn = numpy.bincount(
        generator.integers(0, numbers.max() + 1, numbers.max() + 1), minlength=numbers.max() + 1
    )[numbers]
    return numpy.outer(drawn, drawn)


def column(rows, name):
    return numpy.array([float(row[name]) if row[name] != "" else numpy.nan for row in rows])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--accuracies", required=True)
    arguments = parser.parse_args()
    there = released_models.SCORES.exists()
    rows = released_models.read(released_models.SCORES if there else released_models.SELECTION)
    columns = [*RELEASED, *(released_models.PROXIES if there else [])]
    trained = list(released_models.candidates(arguments.accuracies))
    best = released_models.best(trained, lambda row: row["model"])
    top = [row["top1"] for row in released_models.best(trained, lambda row: row["name"])]
    low, high = numpy.quantile(top, [0.25, 0.75])
    print(f"{len(top)} architectures: half of them between {low:.1f} and {high:.1f} % top-1")
    spread(best, lambda row: row["name"], "recipes of one architecture")
    spread(trained, lambda row: row["model"], "resolutions of one trained network")

    scored = {row["model"].partition(".")[0]: row for row in rows}
    by_recipe = [
        {**scored[row["name"]], "top1": str(row["top1"]), "tag": row["tag"]}
        for row in best
        if row["name"] in scored and row["tag"].removesuffix("_in1k") in RECIPES
    ]
    tags = numpy.array([row["tag"] for row in by_recipe])
    same_recipe = (tags[:, None] == tags[None, :]) & ~numpy.eye(len(tags), dtype=bool)
    families = numpy.array([row["family"] for row in rows])
    same_family = (families[:, None] == families[None, :]).astype(float)
    generator = numpy.random.default_rng(0)
    draws = [resampled(families, generator) for _ in range(RESAMPLES)]
    everything = numpy.ones_like(same_family)
    counts = [
        len(rows),
        len(set(families)),
        int((same_family.sum() - len(rows)) / 2),
        int(same_recipe.sum() / 2),
    ]
    print("{} networks of {} families; {} pairs of one family, {} of one recipe\n".format(*counts))

    print(
        "| ranking | tau | over families | partial beside multiply-adds | within families | within recipes |"
    )
    print("|---|--:|--:|--:|--:|--:|")
    accuracy, size = signs(column(rows, "top1")), signs(column(rows, "releasedGMACs"))
    recipe_accuracy = signs(column(by_recipe, "top1"))
    for name in columns:
        order = signs(column(rows, name))
        interval = numpy.nanquantile([tau(order, accuracy, draw) for draw in draws], [0.025, 0.975])
        cells = [
            f"{tau(order, accuracy, everything):.3f}",
            "[{:.3f}, {:.3f}]".format(*interval),
            "" if name == "releasedGMACs" else f"{partial(order, accuracy, size, everything):.3f}",
            f"{tau(order, accuracy, same_family):.3f}",
            f"{tau(signs(column(by_recipe, name)), recipe_accuracy, same_recipe.astype(float)):.3f}",
        ]
        print(f"| `{name}` | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
