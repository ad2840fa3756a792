#!/usr/bin/env python3
"""How the time of VKDNW grows with networks, images, classes, resolution and width, beside what is to be expected.

    Benchmarks/growth.py [--program PATH] [--threads 2] [--rounds 5] [--out FILE.json] [--figure FILE.svg]

The network is the benchmark cell of NAS-Bench-201. Each axis but the first is measured by `tfnas benchmark`, which
counts the work of a score, forward passes and pull-backs of all layers with weights, and measures its convolutions
alone. Two predictions are compared with the seconds, both from the middle of the axis: by the work, as if every
operation took as long as there, and by the seconds of the convolutions alone, which know that kernels are less
good at few channels and small maps. Networks are cells of equal cost, every order of the same six operations.

Rounds go over all points in turn, so that whatever else the machine does hits all of them; a point is the median of
its rounds.
"""

import argparse
import itertools
import json
import math
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

CELL = "|nor_conv_3x3~0|+|nor_conv_1x1~0|avg_pool_3x3~1|+|skip_connect~0|none~1|nor_conv_3x3~2|"
#: Numbers of an axis, and what the others are meanwhile.
AXES = {
    "images": ("--batch", [8, 16, 32, 64]),
    "classes": ("--classes", [5, 10, 20, 40]),
    "resolution": ("--resolution", [16, 32, 64]),
    "width": ("--width", [8, 16, 32]),
}
USUAL = {"--batch": 16, "--classes": 10, "--resolution": 32, "--width": 16}
NETWORKS = [15, 30, 60]


def measured(arguments, option, value):
    """Seconds of a score, its work in 10^9 operations, and seconds of its convolutions alone."""
    settings = {**USUAL, option: value}
    command = [arguments.program, "benchmark", "--arch", CELL, "--threads", str(arguments.threads)]
    command += ["--repetitions", "3", "--format", "json", "--no-progress"]
    for pair in settings.items():
        command += map(str, pair)
    result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {
        "seconds": result["seconds"],
        "work": result["gflops"] * result["seconds"],
        "convolutions": result["convolutionBoundSeconds"],
    }


def cells():
    """Cells of equal cost: three 3x3 and two 1x1 convolutions and a skip connection in any order."""
    operations = ["nor_conv_3x3"] * 3 + ["nor_conv_1x1"] * 2 + ["skip_connect"]
    for a, b, c, d, e, f in sorted(set(itertools.permutations(operations))):
        yield f"|{a}~0|+|{b}~0|{c}~1|+|{d}~0|{e}~1|{f}~2|"


def run(arguments, count):
    """Seconds of a run over some networks, from its start to its end."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "cells.txt"
        path.write_text("\n".join(list(cells())[:count]) + "\n")
        start = time.perf_counter()
        subprocess.run(
            [arguments.program, "score", str(path), "--proxies", "vkdnw", "--batch", "16"]
            + ["--images", "noise", "--threads", str(arguments.threads), "--quiet"],
            check=True, capture_output=True,
        )
        return {"seconds": time.perf_counter() - start, "work": float(count), "convolutions": float(count)}


def points(arguments):
    """The measurements of each axis, `{axis: {number: [round, ...]}}`."""
    found = {axis: {value: [] for value in values} for axis, (_, values) in AXES.items()}
    found = {"networks": {count: [] for count in NETWORKS}, **found}
    for _ in range(arguments.rounds):
        for axis, numbers in found.items():
            for value, rounds in numbers.items():
                part = run(arguments, value) if axis == "networks" else measured(arguments, AXES[axis][0], value)
                rounds.append(part)
    return found


def table(found):
    """A row for each point: its seconds, and how far both predictions are off."""
    rows = []
    for axis, numbers in found.items():
        middle = list(numbers)[len(numbers) // 2 - (len(numbers) + 1) % 2]

        def median(value, key, numbers=numbers):
            return statistics.median(part[key] for part in numbers[value])

        for value in numbers:
            row = {"axis": axis, "value": value, "seconds": median(value, "seconds")}
            for key in ("work", "convolutions"):
                expected = median(middle, "seconds") * median(value, key) / median(middle, key)
                row[f"by{key.capitalize()}"] = expected
            row["isReference"] = value == middle
            rows.append(row)
    return rows


def figure(rows):
    """The points of each axis and what was to be expected, both on logarithmic scales, as SVG."""
    side, gap, edge = 150, 24, 46
    axes = list(dict.fromkeys(row["axis"] for row in rows))
    width, height = len(axes) * (side + gap + edge), side + 2 * edge
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="11">',
        "<title>Seconds of VKDNW beside what its convolutions alone take, both relative to one point of each axis</title>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
    ]
    for number, axis in enumerate(axes):
        own = [row for row in rows if row["axis"] == axis]
        left, top = number * (side + gap + edge) + edge, edge
        xs = [math.log(row["value"]) for row in own]
        ys = [math.log(row[key]) for row in own for key in ("seconds", "byConvolutions")]

        def place(value, seconds, xs=xs, ys=ys, left=left, top=top):
            x = (math.log(value) - min(xs)) / (max(xs) - min(xs))
            y = (math.log(seconds) - min(ys)) / (max(ys) - min(ys))
            return left + side * x, top + side * (1 - y)

        line = " ".join("{:.1f},{:.1f}".format(*place(row["value"], row["byConvolutions"])) for row in own)
        parts.append(f'<text x="{left + side / 2}" y="{top - 18}" text-anchor="middle">{axis}</text>')
        parts.append(f'<rect x="{left}" y="{top}" width="{side}" height="{side}" fill="none" stroke="#999"/>')
        parts.append(f'<polyline points="{line}" fill="none" stroke="#0072b2"/>')
        for row in own:
            x, y = place(row["value"], row["seconds"])
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#d55e00"/>')
            parts.append(f'<text x="{x:.1f}" y="{top + side + 15}" text-anchor="middle">{row["value"]}</text>')
            parts.append(f'<text x="{left - 4}" y="{y + 4:.1f}" text-anchor="end">{row["seconds"]:.3g}</text>')
    parts.append(f'<text x="{edge}" y="{height - 8}">points: seconds; line: expected of the convolutions alone</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", default=".build/release/tfnas")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out")
    parser.add_argument("--figure")
    arguments = parser.parse_args()
    found = points(arguments)
    rows = table(found)
    print("| axis | value | seconds | by work | by convolutions |\n|---|--:|--:|--:|--:|")
    for row in rows:
        off = [f"{100 * (row['seconds'] / row[key] - 1):+.1f} %" for key in ("byWork", "byConvolutions")]
        print(f"| {row['axis']} | {row['value']} | {row['seconds']:.4g} | {off[0]} | {off[1]} |")
    if arguments.out:
        document = {"threads": arguments.threads, "rounds": arguments.rounds, "rows": rows, "measurements": found}
        pathlib.Path(arguments.out).write_text(json.dumps(document, indent=1) + "\n")
    if arguments.figure:
        pathlib.Path(arguments.figure).write_text(figure(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
