"""Scores released networks of timm as they are before training, beside their top-1 accuracy on ImageNet-1k.

    python Scripts/released_models.py select --accuracies results-imagenet.csv --costs benchmark-infer.csv
    python Scripts/released_models.py score  [--program PATH] [--directory DIRECTORY] [MODEL ...]
    python Scripts/released_models.py table

`select` writes the list of networks. Both files that it reads are of the folder `results` of the repository
huggingface/pytorch-image-models; the second one is of throughput, and names multiply-adds. The rule:

1. trained on images of ImageNet-1k alone, without a teacher: the tag behind the dot names `in1k` and no other
   data set, and neither tag nor name says distilled, adversarial or of a teacher's labels (`OTHERWISE`);
2. at most 30 million parameters with 1,000 classes, no network of timm's own tests, known to timm 1.0.31;
3. an architecture has several rows, of recipes and of resolutions: the one with the highest top-1 counts;
4. of networks of one family (a module of timm) with equal parameters in the table, the one with the highest top-1;
5. at most four of a family: the smallest, the largest, and two between at even distances in the order of sizes.

`score` exports each with 10 classes and the weights that timm draws, without folding, and runs `tfnas score` on it,
which draws weights from the seed. Images have 64x64 pixels, or the first resolution of `RESOLUTIONS` that the
architecture and the exporter permit. It may be stopped and started again: what has been tried lies in the directory,
scores in the store. `table` joins both into one CSV file, whose columns `tfnas rank` reads, and prints what failed.
`released_confounds.py` reads it too.
"""

import argparse
import csv
import json
import pathlib
import re
import resource
import signal
import subprocess
import sys
import time

import zoo

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Python" / "src"))
RESULTS = pathlib.Path(__file__).resolve().parent.parent / "Results"
SELECTION = RESULTS / "released-models.csv"
STORE = RESULTS / "released-models.sqlite"
SCORES = RESULTS / "released-models-scores.csv"

#: Other data, teachers (`usi` and `ssld` are recipes with one), adversarial examples.
OTHERWISE = re.compile(r"in12k|in21k|in22k|jft|ig1b|yfcc|dist|ssld|usi|adv|(^|[._])ap_")
MILLIONS = 30
PER_FAMILY = 4
RESOLUTIONS = [64, 96, 128, 160, 192, 224, 240, 256]
CLASSES = 10
#: What costs a few passes at most; in the order in which the table shows them.
PROXIES = (
    "parameters,flops,layers,vkdnw,expressivity,progressivity,naswot,swap,gradnorm,jacov,snip,"
    "gradnorm-layers,zico,synflow,zen,nsc,intrain,near,meco,meco-opt,dextr,wrcor,rcor"
).split(",")
SETTING = ["--batch", "16", "--images", "synthetic", "--seed", "0", "--threads", "1"]
#: Seconds of processor time for an export at one resolution, and for the scores of a network.
EXPORT_SECONDS, SCORE_SECONDS = 60, 240
FACTS = ["place", "model", "family", "top1", "testSize", "releasedParameters", "releasedGMACs"]


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def number(text):
    return float(text.replace(",", ""))


def candidates(accuracies):
    """All rows that the first two points of the rule leave, of every recipe and resolution."""
    _, timm = zoo.modules()
    modules = {name: module for module in timm.list_modules() for name in timm.list_models(module=module)}
    for row in read(accuracies):
        name, _, tag = row["model"].partition(".")
        data = re.search(r"in1k(_\d+)?$", tag) and not OTHERWISE.search(row["model"])
        small = number(row["param_count"]) <= MILLIONS
        if data and small and not name.startswith("test_") and name in modules:
            yield {
                "name": name,
                "tag": tag,
                "model": row["model"],
                "family": modules[name],
                "top1": number(row["top1"]),
                "testSize": int(row["img_size"]),
                "releasedParameters": number(row["param_count"]),
            }


def best(rows, key):
    """The row with the highest top-1 of each key."""
    found = {}
    for row in rows:
        other = found.get(key(row))
        if other is None or row["top1"] > other["top1"]:
            found[key(row)] = row
    return list(found.values())


def select(arguments):
    rows = list(candidates(arguments.accuracies))
    architectures = best(rows, lambda row: row["name"])
    sizes = best(architectures, lambda row: (row["family"], row["releasedParameters"]))
    costs = {}
    for row in read(arguments.costs):
        size = int(row["infer_img_size"])
        costs.setdefault((row["model"].partition(".")[0], size), row["infer_gmacs"])
    chosen = []
    for family in sorted({row["family"] for row in sizes}):
        members = [row for row in sizes if row["family"] == family]
        members.sort(key=lambda row: (row["releasedParameters"], row["name"]))
        last = len(members) - 1
        places = sorted({round(last * step / (PER_FAMILY - 1)) for step in range(PER_FAMILY)})
        # Ends first, so that a run that is stopped has the range of each family.
        places = [places[0], places[-1], *places[1:-1]][: len(places)]
        chosen += [(turn, members[place]) for turn, place in enumerate(places)]
    chosen.sort(key=lambda pair: pair[0])
    with open(SELECTION, "w", newline="") as file:
        writer = csv.DictWriter(file, FACTS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        for place, (_, row) in enumerate(chosen, 1):
            cost = costs.get((row["name"], row["testSize"]), "")
            writer.writerow({**row, "place": place, "releasedGMACs": cost})
    print(
        f"{len(rows)} rows of {len(architectures)} architectures, {len(sizes)} families and sizes, "
        f"{len({row['family'] for row in sizes})} families: {len(chosen)} networks in {SELECTION.name}"
    )


class Late(Exception):
    """An export took too long."""


def exported(torch, timm, name):
    """The model file's contents, its resolution, its exporter, and what failed before."""
    from tfnas.exporting import to_onnx

    own = timm.create_model(name, num_classes=CLASSES).default_cfg["input_size"][-1]
    resolutions = [size for size in RESOLUTIONS if size < own] + [own]
    attempts = [("torchscript", size) for size in resolutions]
    attempts += [("dynamo", size) for size in {resolutions[0], own}]
    failures = []
    for exporter, size in attempts:
        for options in ({}, {"img_size": size}):
            torch.manual_seed(0)
            signal.setitimer(signal.ITIMER_VIRTUAL, EXPORT_SECONDS)
            try:
                module = timm.create_model(name, num_classes=CLASSES, **options)
                model = to_onnx(module, input_shape=(3, size, size), exporter=exporter)
                return model, size, exporter, failures
            except Late:
                failures.append(f"{exporter} at {size}: not done after {EXPORT_SECONDS} s")
            except Exception as error:
                # Architectures without the argument say so; the error of their shape is the reason.
                if not (options and isinstance(error, TypeError)):
                    lines = str(error).strip().splitlines() or [type(error).__name__]
                    failures.append(f"{exporter} at {size}: {lines[0][:200]}")
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return None, None, None, failures


def late(*_):
    raise Late


def scored(arguments, path, size, proxies):
    """The network's part of the JSON document, or the reason why there is none."""

    def limit():
        resource.setrlimit(resource.RLIMIT_CPU, (SCORE_SECONDS, SCORE_SECONDS + 1))

    result = subprocess.run(
        [arguments.program, "score", str(path), "--input-shape", f"3,{size},{size}", *SETTING]
        + ["--proxies", ",".join(proxies), "--store", arguments.store]
        + ["--format", "json", "--no-progress"],
        capture_output=True,
        text=True,
        preexec_fn=limit,
    )
    if result.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return None, f"score: not done after {SCORE_SECONDS} s of processor time"
    if result.returncode:
        lines = result.stderr.strip().splitlines() or [""]
        return None, f"score: exit code {result.returncode}: {lines[-1]}"
    return json.loads(result.stdout)["networks"][0], result.stderr.strip()


def score(arguments):
    import onnx

    torch, timm = zoo.modules()
    torch.set_num_threads(1)
    signal.signal(signal.SIGVTALRM, late)
    folder = pathlib.Path(arguments.directory)
    folder.mkdir(parents=True, exist_ok=True)
    for row in read(SELECTION):
        name = row["model"].partition(".")[0]
        if arguments.models and name not in arguments.models:
            continue
        record = folder / f"{name}.json"
        fact = json.loads(record.read_text()) if record.exists() else {"model": row["model"], "scores": {}}
        proxies = [proxy for proxy in arguments.proxies if proxy not in fact["scores"]]
        if "error" in fact or not proxies:
            continue
        start = time.process_time()
        model, size, exporter, failures = exported(torch, timm, name)
        fact.update(size=size, exporter=exporter, failures=failures)
        fact["exportSeconds"] = round(time.process_time() - start, 1)
        if model is None:
            fact["error"] = f"export: {failures[0]}"
        else:
            path = folder / f"{name}.onnx"
            onnx.save(model, str(path))
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            network, message = scored(arguments, path, size, proxies)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            path.unlink()
            seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            fact["scoreSeconds"] = round(seconds + fact.get("scoreSeconds", 0), 1)
            if network is None:
                fact["error"] = message
            else:
                fact["digest"] = network["architecture"]
                fact["scores"].update(network["scores"])
                fact["message"] = message
        draft = folder / f"draft-{name}"
        draft.write_text(json.dumps(fact))
        draft.replace(record)
        shown = {key: value for key, value in fact.items() if key not in ("scores", "failures", "message")}
        print(json.dumps(shown), flush=True)


def table(arguments):
    folder = pathlib.Path(arguments.directory)
    rows, failures, missing, undefined = [], [], 0, {}
    for row in read(SELECTION):
        name = row["model"].partition(".")[0]
        record = folder / f"{name}.json"
        if not record.exists():
            missing += 1
            continue
        fact = json.loads(record.read_text())
        if "error" in fact:
            failures.append(f"{name}: {fact['error']}")
        if not fact["scores"]:
            continue
        # Whole numbers of seconds differ between runs, so they stay out of the file.
        row.update(size=fact["size"], exporter=fact["exporter"], digest=fact["digest"])
        for proxy in PROXIES:
            value = fact["scores"].get(proxy, {}).get("value")
            row[proxy] = "" if value is None else repr(value)
            if value is None:
                reason = fact["scores"].get(proxy, {}).get("undefined", "not computed")
                undefined.setdefault((proxy, reason), []).append(name)
        rows.append(row)
    columns = [*FACTS, "size", "exporter", "digest", *PROXIES]
    with open(SCORES, "w", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} networks in {SCORES.name}, {len(failures)} failed, {missing} not tried")
    print("\n".join(failures))
    for (proxy, reason), names in sorted(undefined.items()):
        print(f"{proxy} undefined for {len(names)}: {reason} ({', '.join(names[:3])} ...)")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(required=True)
    for function in (select, score, table):
        command = commands.add_parser(function.__name__)
        command.set_defaults(function=function)
        if function is select:
            command.add_argument("--accuracies", required=True)
            command.add_argument("--costs", required=True)
        else:
            command.add_argument("--directory", default=".build-released")
        if function is score:
            command.add_argument("--program", default=".build/release/tfnas")
            command.add_argument("--store", default=str(STORE))
            command.add_argument("--proxies", type=lambda text: text.split(","), default=PROXIES)
            command.add_argument("models", nargs="*")
    arguments = parser.parse_args()
    arguments.function(arguments)


if __name__ == "__main__":
    main()
