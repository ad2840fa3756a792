"""Trains networks of NAS-Bench-201 and asks how rankings that were made before order them.

    python Scripts/training_study.py score [--networks 40] [--program PATH] DIRECTORY
    python Scripts/training_study.py train [--epochs 10] [--program PATH] DIRECTORY TRAIN.npz TEST.npz
    python Scripts/training_study.py table DIRECTORY

`score` draws networks of the population `live`, small ones (`SIZES`), and scores them as they are before training.
`train` trains each with `python -m tfnas.train`, one after the other on one thread, with one seed and one schedule for
all. It may be stopped and started again and goes on where it was, in the middle of a network too. `table` writes the
CSV file that `tfnas rank` reads: test accuracy in percent, scores, and the benchmark's accuracy of the full-size network.
"""

import argparse
import contextlib
import csv
import io
import json
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Python" / "src"))
RESULT = pathlib.Path(__file__).resolve().parent.parent / "Results" / "training-study.csv"

#: Channels of the first stage, and cells of each of the three stages.
SIZES = ["--width", "8", "--cells", "1"]
#: `recommended`, everything that vkdnw-agg and jacov-parameters read, and the sizes.
PROXIES = "recommended,vkdnw,layers,flops,parameters,jacov,expressivity,trainability,naswot,zico,synflow"
RECIPE = ["--recipe", "cifar", "--batch", "64", "--learning-rate-per-256", "0.4"]


def score(arguments):
    folder = pathlib.Path(arguments.directory)
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [arguments.program, "evaluate", "--population", "live", "--sample", str(arguments.networks)]
        + [*SIZES, "--proxies", PROXIES, "--images", "synthetic", "--batch", "64", "--threads", "1"]
        + ["--store", str(folder / "scores.sqlite"), "--scores", str(folder / "scores.csv")]
        + ["--no-progress"],
        check=True,
    )


def networks(folder):
    with open(folder / "scores.csv", newline="") as file:
        return list(csv.DictReader(file))


def train(arguments):
    from tfnas.train.__main__ import main as trainer

    folder = pathlib.Path(arguments.directory)
    for row in networks(folder):
        student, out = folder / f"network-{row['index']}", folder / f"run-{row['index']}"
        if accuracy(out, arguments.epochs) is not None:
            continue
        if not student.exists():
            subprocess.run(
                [arguments.program, "export", "nas-bench-201", row["index"], *SIZES]
                + ["--directory", str(student)],
                check=True,
                capture_output=True,
            )
        start = time.process_time()
        with contextlib.redirect_stdout(io.StringIO()):
            code = trainer(
                [str(student), "--train", arguments.train, "--test", arguments.test, *RECIPE]
                + ["--epochs", str(arguments.epochs), "--threads", "1", "--out", str(out)]
            )
        if code:
            sys.exit(code)
        seconds = time.process_time() - start
        print(row["index"], accuracy(out, arguments.epochs), f"{seconds:.0f} s", flush=True)


def accuracy(out, epochs):
    """Of the last epoch, in percent, or None before it is done: the best one would be chosen on the test images."""
    try:
        lines = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    except FileNotFoundError:
        return None
    return lines[-1]["accuracy"] if len(lines) >= epochs else None


def table(arguments):
    folder = pathlib.Path(arguments.directory)
    rows = []
    for row in networks(folder):
        trained = accuracy(folder / f"run-{row['index']}", arguments.epochs)
        if trained is not None:
            rows.append({"index": row.pop("index"), "trained": trained, **row})
    with open(RESULT, "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} networks in {RESULT.name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(required=True)
    for function in (score, train, table):
        command = commands.add_parser(function.__name__)
        command.set_defaults(function=function)
        command.add_argument("directory")
        if function is score:
            command.add_argument("--networks", type=int, default=40)
        else:
            command.add_argument("--epochs", type=int, default=10)
        if function is train:
            command.add_argument("train", help="an .npz file of images and labels")
            command.add_argument("test")
        if function is not table:
            command.add_argument("--program", default=".build/release/tfnas")
    arguments = parser.parse_args()
    arguments.function(arguments)


if __name__ == "__main__":
    main()
