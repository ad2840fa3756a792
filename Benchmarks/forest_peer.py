#!/usr/bin/env python3
"""The random forest of scikit-learn on the graph features of NAS-Bench-201, beside that of tfnas.

    seq 0 15624 | tfnas query - --format jsonl > cells.jsonl
    Benchmarks/forest_peer.py cells.jsonl [--features graf-paper-older] [--trees 300] [--seeds 10]

Features are computed here, by their definition; training networks are drawn by NumPy. Prints the means of
tau and rho on the networks that were not drawn, their standard deviations, and the seconds of one thread.
Needs scikit-learn; without it, it says so and ends with 0.
"""
import argparse
import itertools
import json
import re
import sys
import time

try:
    import numpy
    from scipy.stats import kendalltau, spearmanr
    from sklearn.ensemble import RandomForestRegressor
except ImportError as error:
    print(f"not run: {error}")
    sys.exit(0)

CODES = {"skip_connect": 0, "none": 1, "nor_conv_3x3": 2, "nor_conv_1x1": 3, "avg_pool_3x3": 4}
PATHS = [(3,), (0, 4), (1, 5), (0, 2, 5)]
SETS = [s for size in range(1, 6) for s in itertools.combinations(range(5), size)]


def features(architecture, name):
    codes = [CODES[text] for text in re.findall(r"\|([a-z0-9_]+)(?=~)", architecture)]
    shortest, longest, degrees = [], [], []
    for members in SETS:
        inside = [code in members for code in codes]
        lengths = [len(path) for path in PATHS if all(inside[edge] for edge in path)]
        shortest.append(min(lengths, default=6))
        if "older" in name:
            counts = [(len(path), sum(inside[edge] for edge in path)) for path in PATHS]
            longest.append(min(counts, key=lambda c: (c[0] - 2 * c[1], c[0]))[1])
        else:
            longest.append(max(lengths, default=0))
        mean = sum(inside) / 4
        degrees += [sum(inside[e] for e in (0, 1, 3)), sum(inside[e] for e in (3, 4, 5)), mean, mean]
    counts = [codes.count(code) for code in range(5)]
    return counts + ([] if "paper" in name else shortest) + longest + degrees


arguments = argparse.ArgumentParser()
arguments.add_argument("cells")
arguments.add_argument("--features", default="graf")
arguments.add_argument("--dataset", default="cifar10")
arguments.add_argument("--trees", type=int, default=100)
arguments.add_argument("--seeds", type=int, default=5)
arguments = arguments.parse_args()

cells = [cell for cell in map(json.loads, open(arguments.cells)) if cell["live"]]
table = numpy.array([features(c["architecture"], arguments.features) for c in cells], numpy.float32)
accuracies = numpy.array([cell["datasets"][arguments.dataset]["accuracy"] for cell in cells])
runs = []
for seed in range(1, arguments.seeds + 1):
    order = numpy.random.RandomState(seed).permutation(len(cells))
    drawn, others = order[:1024], order[1024:]
    forest = RandomForestRegressor(arguments.trees, random_state=seed, n_jobs=1)
    start = time.perf_counter()
    forest.fit(table[drawn], accuracies[drawn])
    trained = time.perf_counter()
    predictions = forest.predict(table[others])
    end = time.perf_counter()
    truths = accuracies[others]
    runs.append(
        (kendalltau(predictions, truths)[0], spearmanr(predictions, truths)[0],
         trained - start, end - trained))
means, deviations = numpy.mean(runs, 0), numpy.std(runs, 0, ddof=min(1, len(runs) - 1))
for label, mean, deviation in zip(("tau", "rho", "training s", "prediction s"), means, deviations):
    print(f"{label:13}{mean:.3f} +- {deviation:.3f}")
