"""Flips bits of stores, and kills the commands that write them, and compares what comes of it.

    python Scripts/store_faults.py flips [--program PATH] [--count 1000] [--shipped-count 200]
    python Scripts/store_faults.py kills [--program PATH] [--count 1000]

`flips` changes one bit, at a random place, of a store of 500 networks and of one that is shipped, and
evaluates from it: the output must be that of the sound store, or the command must end with 65 and a line
that names the store. Behind `store repair` the output must be that of the sound store again, unless the bit
is of the marks by which a store is known, and `repair` says that it is none.

`kills` ends runs of evaluate, search, merge and of a store that is just made by SIGKILL after random times,
and goes on with the same store until the run comes to its end: `store check` must call the store sound
behind every kill, and the output must be that of a run that nobody killed.

Everything happens in a temporary directory; random places follow from --seed, but times are those of the
machine. The exit status is 1 where anything is wrong.
"""

import argparse
import collections
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SMALL = ["--batch", "2", "--width", "4", "--cells", "1", "--resolution", "8"]
ENTROPY = ["evaluate", "--proxies", "vkdnw", "--resamples", "0", "--format", "csv"]
EVALUATION = [*ENTROPY, "--sample", "500", *SMALL]
# What is lost is computed with other kernels than those of the store, and then differs in its last digits.
SHIPPED = [*ENTROPY, "--population", "live", "--dataset", "cifar10", "--mix"]
TOLERANCE = 1e-4
SEARCH = ["search", "--evaluations", "120", "--population", "16", "--format", "csv", "--seed", "3", *SMALL]


def same(one: str, other: str, tolerance: float) -> bool:
    """Whether two tables have the same words, and numbers that are nearly the same."""
    words, others = (text.replace("\n", ",").split(",") for text in (one, other))
    return len(words) == len(others) and all(
        a == b or (is_number(a) and is_number(b) and abs(float(a) - float(b)) <= tolerance)
        for a, b in zip(words, others)
    )


def is_number(text: str) -> bool:
    """Whether a cell holds a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


class Bench:
    """A directory with stores, and the command that is tried."""

    def __init__(self, program: str, directory: pathlib.Path) -> None:
        self.program = program
        self.directory = directory
        self.faults: list[str] = []

    def run(self, arguments: list[str]) -> subprocess.CompletedProcess:
        """The command at its end."""
        return subprocess.run(
            [self.program, *arguments], cwd=self.directory, capture_output=True, text=True, timeout=600
        )

    def fault(self, text: str) -> None:
        """Notes what must not be."""
        print("FAULT", text, flush=True)
        self.faults.append(text)

    def clear(self, name: str) -> None:
        """Removes a store with its companions."""
        for path in self.directory.glob(name + "*"):
            path.unlink()


def flips(
    bench: Bench, store: pathlib.Path, arguments: list[str], count: int, seed: int, tolerance: float
) -> None:
    """Changes single bits of a store, and evaluates from it."""
    sound = store.read_bytes()
    shutil.copy(store, bench.directory / "flipped.sqlite")
    arguments = [*arguments, "--store", "flipped.sqlite"]
    wanted = bench.run(arguments)
    if wanted.returncode != 0 or "scored" in wanted.stderr:
        sys.exit(f"{store}: does not hold the evaluation: {wanted.stderr}")
    generator = random.Random(seed)
    outcomes: collections.Counter[str] = collections.Counter()
    for _ in range(count):
        place = generator.randrange(len(sound))
        bit = generator.randrange(8)
        damaged = bytearray(sound)
        damaged[place] ^= 1 << bit
        bench.clear("flipped.sqlite")
        (bench.directory / "flipped.sqlite").write_bytes(damaged)
        name = f"{store.name}: bit {bit} of byte {place}"
        result = bench.run(arguments)
        if result.returncode == 0:
            outcomes["the same output"] += 1
            if not same(result.stdout, wanted.stdout, tolerance):
                bench.fault(f"{name}: other output")
            continue
        outcomes[f"status {result.returncode}"] += 1
        # What is found when something is appended is said behind the lines of the run.
        if result.returncode != 65 or "flipped.sqlite: " not in result.stderr.splitlines()[-1]:
            bench.fault(f"{name}: status {result.returncode}: {result.stderr}")
            continue
        repair = bench.run(["store", "repair", "flipped.sqlite"])
        if repair.returncode != 0:
            outcomes[f"not repaired, {repair.returncode}"] += 1
            if "not a" not in repair.stderr and "schema" not in repair.stderr:
                bench.fault(f"{name}: repair: {repair.returncode}: {repair.stderr}")
            continue
        again = bench.run(arguments)
        if again.returncode != 0 or not same(again.stdout, wanted.stdout, tolerance):
            bench.fault(f"{name}: behind repair: {again.returncode}: {again.stderr}")
        else:
            outcomes["repaired, and the same output"] += 1
    print(f"{store.name}: {count} flips: {dict(outcomes)}", flush=True)


def kills(bench: Bench, name: str, arguments: list[str], count: int, longest: float) -> None:
    """Kills a run again and again, and lets it come to its end now and then."""
    wanted = bench.run(arguments)
    if wanted.returncode != 0:
        sys.exit(f"{name}: {wanted.stderr}")
    done = ends = 0
    bench.clear("killed.sqlite")
    while done < count:
        process = subprocess.Popen(
            [bench.program, *arguments, "--store", "killed.sqlite"],
            cwd=bench.directory,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            output, _ = process.communicate(timeout=random.uniform(0, longest))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            done += 1
            store = bench.directory / "killed.sqlite"
            # A file without a byte is no store yet, and the next run makes it one.
            if store.exists() and store.stat().st_size > 0:
                check = bench.run(["store", "check", "killed.sqlite"])
                # A store whose making was cut short holds nothing, which is said, and is made anew.
                if check.returncode != 0 and "holds nothing" not in check.stderr:
                    bench.fault(f"{name}: kill {done}: {check.returncode}: {check.stderr}")
            continue
        ends += 1
        if process.returncode != 0 or output != wanted.stdout:
            bench.fault(
                f"{name}: end {ends} behind {done} kills: status {process.returncode}, other output"
            )
        bench.clear("killed.sqlite")
    last = bench.run([*arguments, "--store", "killed.sqlite"])
    if last.returncode != 0 or last.stdout != wanted.stdout:
        bench.fault(f"{name}: at last: {last.returncode}: {last.stderr}")
    bench.clear("killed.sqlite")
    print(f"{name}: {done} kills, {ends + 1} ends", flush=True)


def merges(bench: Bench, count: int) -> None:
    """Kills merges of two stores."""
    parts = ["part-1.sqlite", "part-2.sqlite"]
    for part, seed in zip(parts, ("1", "2"), strict=True):
        if bench.run([*EVALUATION, "--seed", seed, "--store", part]).returncode != 0:
            sys.exit("the parts of a merge cannot be made")
    wanted = [bench.run([*EVALUATION, "--seed", seed]).stdout for seed in ("1", "2")]
    done = 0
    while done < count:
        bench.clear("whole.sqlite")
        process = subprocess.Popen(
            [bench.program, "merge", "whole.sqlite", *parts],
            cwd=bench.directory,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(random.uniform(0, 0.06))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            done += 1
        process.wait()
        if bench.run(["merge", "whole.sqlite", *parts]).returncode != 0:
            bench.fault(f"merge: kill {done}: the second merge failed")
        for seed, output in zip(("1", "2"), wanted, strict=True):
            result = bench.run([*EVALUATION, "--seed", seed, "--store", "whole.sqlite"])
            if result.stdout != output or "scored" in result.stderr:
                bench.fault(f"merge: kill {done}: seed {seed} is not whole: {result.stderr}")
    bench.clear("whole.sqlite")
    print(f"merge: {done} kills", flush=True)


def main() -> None:
    """Reads the arguments, and runs what is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["flips", "kills"])
    parser.add_argument("--program", default=str(ROOT / ".build/release/tfnas"))
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--shipped-count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        bench = Bench(str(pathlib.Path(options.program).resolve()), pathlib.Path(directory))
        if options.what == "flips":
            own = bench.directory / "own.sqlite"
            made = bench.run([*EVALUATION, "--store", own.name])
            if made.returncode != 0:
                sys.exit(made.stderr)
            flips(bench, own, EVALUATION, options.count, options.seed, tolerance=0)
            flips(
                bench,
                ROOT / "Results/nas-bench-201-cifar10.sqlite",
                SHIPPED,
                options.shipped_count,
                options.seed,
                TOLERANCE,
            )
        else:
            random.seed(options.seed)
            # Stores that are just made, runs that are under way, searches, merges.
            kills(bench, "creation", EVALUATION, options.count * 3 // 10, 0.15)
            kills(bench, "evaluate", EVALUATION, options.count * 3 // 10, 0.9)
            kills(bench, "search", SEARCH, options.count * 3 // 10, 0.4)
            merges(bench, options.count // 10)
        if bench.faults:
            sys.exit(f"{len(bench.faults)} faults")


if __name__ == "__main__":
    main()
