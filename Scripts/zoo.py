"""Exports one network of each family of timm and torchvision's classifiers, and checks what is made of them.

    python Scripts/zoo.py export [--exporter script,single,dynamo,optimized] DIRECTORY [FAMILY ...]
    python Scripts/zoo.py check [--program PATH] [--seconds 120] DIRECTORY [FAMILY ...]
    python Scripts/zoo.py table DIRECTORY

`export` may be stopped and started again: what lies in the directory is kept. Weights are those that timm
draws, moved a little so that no two tensors are equal and no layer starts at zero; batch normalisations get
running statistics of random images. Beside each model lie images, and the logits that onnxruntime computes.
The exporter `single` is the TorchScript one for a batch of one, for networks that spell out their batch.
`check` runs `tfnas check` and `tfnas count` on each file that it has not seen with this program, each for so many
seconds of processor time, and leaves what they say beside it; `table` prints one row
a network, of the exporter whose file passes.
"""

import argparse
import io
import contextlib
import json
import logging
import os
import pathlib
import resource
import signal
import subprocess
import sys
import time
import warnings

#: The smallest network of each family of timm 1.0.31 by parameters, and those of the reference list.
FAMILIES = json.loads((pathlib.Path(__file__).parent / "zoo_families.json").read_text())
#: Images in a batch of the comparison.
BATCH = 2
#: What networks of torchvision are called here: timm has some of the same names.
TORCHVISION = "torchvision-"
#: Arguments of networks whose defaults no file can express.
OPTIONS = {
    # Both branches read the same image: one would read it made smaller by cubic resizing.
    "crossvit_tiny_240": {"img_scale": (1.0, 1.0)},
    # The first windows are the whole map, which is not cut then.
    "efficientvit_m0": {"img_size": 112},
    # Position embeddings as large as the map, which are not resized then.
    "naflexvit_base_patch16_gap": {"pos_embed_grid_size": (4, 4)},
    "qwen3_vit_88m": {"pos_embed_grid_size": 4},
    # 412 million parameters would be 1.6 GB.
    "deepseek_vit_412m": {"depth": 2, "img_size": 126},
    "gemma4_vit_167m": {"img_size": 96},
}


def modules():
    """torch and timm; torchvision of another build than torch lacks two operators, which nothing here uses."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    import torch

    try:
        import torchvision  # noqa: F401
    except RuntimeError:
        for name in [name for name in sys.modules if name.startswith("torchvision")]:
            del sys.modules[name]
        library = torch.library.Library("torchvision", "DEF")
        library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        library.define(
            "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
        )
        modules.library = library
    import timm

    return torch, timm


def untrained(timm, name):
    """A network as its library draws it, its own resolution, and whether that can be changed."""
    if not name.startswith(TORCHVISION):
        model = timm.create_model(name, num_classes=10, **OPTIONS.get(name, {}))
        fixed = model.default_cfg.get("fixed_input_size", False)
        own = OPTIONS.get(name, {}).get("img_size", model.default_cfg["input_size"][-1])
        return model, own, fixed
    import torchvision

    name = name.removeprefix(TORCHVISION)
    options = {}
    if name in ("googlenet", "inception_v3"):
        options = {"aux_logits": False, "init_weights": True}
    model = torchvision.models.get_model(name, num_classes=10, **options)
    # These average to more cells than 64x64 images have at their end.
    fixed = name.startswith(("vgg", "alexnet", "inception"))
    return model, 299 if name == "inception_v3" else 224, fixed


def create(torch, timm, name, resized=True):
    """A network in evaluation mode with sound numbers, its resolution, and its own one."""
    torch.manual_seed(0)
    model, own, fixed = untrained(timm, name)
    size = own
    if resized and not fixed:
        size = 64
        try:
            with torch.no_grad():
                model.eval()(torch.zeros(1, 3, size, size))
        except Exception:
            size = own
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            scale = float(parameter.abs().mean()) or 0.02
            parameter.add_(0.1 * scale * noise)
        model.train()
        for module in model.modules():
            # One pass sets the statistics of all layers to those of the images.
            if isinstance(module, torch.nn.modules.batchnorm._BatchNorm):
                module.momentum = 0.5
            elif isinstance(module, torch.nn.Dropout) or "DropPath" in type(module).__name__:
                module.eval()
        model(torch.randn((4, 3, size, size), generator=generator))
    return model.eval(), size, own


def flops(torch, model, size):
    """Multiply-adds of one image by PyTorch's counter."""
    from torch.utils.flop_counter import FlopCounterMode

    counter = FlopCounterMode(display=False)
    try:
        with torch.no_grad(), counter:
            model(torch.zeros(1, 3, size, size))
    except Exception:
        return None
    return counter.get_total_flops() // 2


def write(torch, model, size, path, exporter):
    """Exports without folding; the file appears only when it is whole."""
    draft = path.with_name("draft-" + path.name)
    images = torch.zeros(BATCH, 3, size, size)
    fixed = None
    if exporter in ("script", "single"):
        arguments = dict(
            input_names=["images"],
            output_names=["logits"],
            dynamo=False,
            opset_version=17,
            training=torch.onnx.TrainingMode.PRESERVE,
            do_constant_folding=False,
        )
        try:
            if exporter == "single":
                raise ValueError("for a batch of one")
            torch.onnx.export(
                model,
                (images,),
                str(draft),
                dynamic_axes={"images": {0: "batch"}, "logits": {0: "batch"}},
                **arguments,
            )
        except Exception:
            # Some networks can be traced for a fixed batch alone.
            fixed = 1
            torch.onnx.export(model, (images[:1],), str(draft), **arguments)
    else:
        program = torch.onnx.export(
            model,
            (images,),
            input_names=["images"],
            output_names=["logits"],
            dynamic_shapes=({0: torch.export.Dim("batch")},),
            dynamo=True,
            optimize=exporter == "optimized",
            verbose=False,
        )
        program.save(str(draft))
    os.replace(draft, path)
    return fixed


def logits(path, size):
    """What onnxruntime computes for the images of the comparison."""
    import numpy
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = (
        onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    )
    session = onnxruntime.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"]
    )
    images = numpy.random.default_rng(0).standard_normal(
        (BATCH, 3, size, size), dtype=numpy.float32
    )
    entry = session.get_inputs()[0]
    parts = [images] if entry.shape[0] != 1 else [images[i : i + 1] for i in range(BATCH)]
    return images, numpy.concatenate(
        [session.run(None, {entry.name: part})[0] for part in parts]
    )


def export(arguments):
    torch, timm = modules()
    torch.set_num_threads(1)
    import numpy

    folder = pathlib.Path(arguments.directory)
    folder.mkdir(parents=True, exist_ok=True)
    for exporter in arguments.exporter.split(","):
        for family, name in selected(arguments):
            path = folder / f"{name}.{exporter}.onnx"
            record = folder / f"{name}.{exporter}.json"
            if record.exists():
                continue
            start = time.time()
            fact = {"family": family, "model": name, "exporter": exporter}
            try:
                sink = io.StringIO()
                with contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink):
                    logging.disable(logging.CRITICAL)
                    model, size, own = create(torch, timm, name)
                    try:
                        fact["fixedBatch"] = write(torch, model, size, path, exporter)
                    except Exception:
                        if size == own:
                            raise
                        # Poolings to a number of cells need images of which it is a divisor.
                        model, size, own = create(torch, timm, name, resized=False)
                        fact["fixedBatch"] = write(torch, model, size, path, exporter)
                    fact["size"] = size
                    fact["parameters"] = sum(p.numel() for p in model.parameters())
                    fact["flops"] = flops(torch, model, size)
                    images, expected = logits(path, size)
                numpy.savez(folder / f"{name}.images.npz", images=images)
                numpy.savez(folder / f"{name}.{exporter}.logits.npz", logits=expected)
                with torch.no_grad():
                    own = model(torch.from_numpy(images)).numpy()
                fact["largest"] = float(abs(expected).max())
                fact["pytorchDifference"] = float(abs(own - expected).max())
            except Exception as error:
                fact["error"] = f"{type(error).__name__}: {error}".strip().split("\n")[0][:300]
            record.write_text(json.dumps(fact))
            print(f"{time.time() - start:6.1f} s", json.dumps(fact), flush=True)


def selected(arguments):
    wanted = arguments.families
    for family, names in FAMILIES.items():
        for name in names:
            if not wanted or family in wanted or name in wanted:
                yield family, name


def run(command, seconds):
    """The JSON document of a command, its exit code, and its message."""

    def limit():
        # Processor time: what else the machine does must not decide what is skipped.
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))

    result = subprocess.run(command, capture_output=True, text=True, preexec_fn=limit)
    if result.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return None, None, f"not done after {seconds} s of processor time"
    try:
        return json.loads(result.stdout), result.returncode, result.stderr.strip()
    except json.JSONDecodeError:
        return None, result.returncode, result.stderr.strip()


def check(arguments):
    folder = pathlib.Path(arguments.directory)
    names = {name for _, name in selected(arguments)}
    records = []
    for path in folder.glob("*.*.json"):
        fact = json.loads(path.read_text())
        if fact["model"] in names and "error" not in fact:
            records.append((path, fact))
    built = pathlib.Path(arguments.program).stat().st_mtime
    # Small ones first, so that a run that is stopped has shown the most.
    for record, fact in sorted(records, key=lambda pair: pair[1]["flops"] or 1e10):
        stem = record.name[: -len(".json")]
        outcome = folder / f"{stem}.result"
        newest = max(built, record.stat().st_mtime)
        if outcome.exists() and outcome.stat().st_mtime > newest:
            continue
        model = str(folder / f"{stem}.onnx")
        options = ["--resolution", str(fact["size"]), "--format", "json"]
        start = time.time()
        checked, code, message = run(
            [arguments.program, "check", model, *options]
            + ["--input", str(folder / f"{fact['model']}.images.npz")]
            + ["--expect", str(folder / f"{stem}.logits.npz")],
            arguments.seconds,
        )
        fact.update(code=code, message=message, seconds=round(time.time() - start, 1))
        if checked:
            fact["difference"] = checked.get("maximumAbsoluteDifference")
            fact["relative"] = checked.get("maximumRelativeDifference")
            fact["unsupported"] = checked["unsupported"]
            fact["remarks"] = checked["remarks"]
        if code in (0, 1):
            counted, _, message = run(
                [arguments.program, "count", model, *options], arguments.seconds
            )
            if counted:
                for key in ("multiplyAdds", "biasAdds"):
                    fact[key] = counted[0][key]
                fact["ownParameters"] = counted[0]["parameters"]
            else:
                fact["message"] = message
        fact["passes"] = code == 0 and fact.get("ownParameters") == fact["parameters"]
        outcome.write_text(json.dumps(fact))
        print(json.dumps(fact), flush=True)


def table(arguments):
    """Rows of what passes, one a network, and below them a line of each network that does not."""
    folder = pathlib.Path(arguments.directory)
    results = [json.loads(path.read_text()) for path in sorted(folder.glob("*.result"))]
    results += [
        fact
        for path in sorted(folder.glob("*.*.json"))
        if "error" in (fact := json.loads(path.read_text()))
    ]
    refusals = []
    heading(["family"])
    for family, names in sorted(FAMILIES.items()):
        if family not in ("reference", "torchvision"):
            rows(results, names, [family], refusals)
    print()
    heading([])
    rows(results, sorted(FAMILIES["torchvision"]), [], refusals)
    print()
    print("\n".join(refusals))


def heading(first):
    columns = [*first, "network", "exporter", "size", "parameters"]
    columns += ["multiply-adds without biases", "by PyTorch's counter", "difference"]
    print("| " + " | ".join(columns) + " |")
    print("|---" * (len(first) + 2) + "|--:" * 5 + "|")


def rows(results, names, first, refusals):
    """A row of each network that passes with some exporter; the others' reasons go to the refusals."""
    order = ["script", "single", "dynamo", "optimized"]
    for name in names:
        facts = [fact for fact in results if fact["model"] == name]
        facts.sort(key=lambda fact: order.index(fact["exporter"]))
        passing = [fact for fact in facts if fact.get("passes")]
        if not passing:
            for fact in facts:
                reason = fact.get("error") or fact.get("message") or fact.get("relative")
                refusals.append(f"{first} {name}, {fact['exporter']}: {reason}")
            if not facts:
                refusals.append(f"{first} {name}: not run")
            continue
        fact = passing[0]
        own = fact["multiplyAdds"] - fact["biasAdds"]
        flops = fact["flops"]
        flops = "" if flops is None else "same" if flops == own else f"{flops:,}"
        options = ", ".join(f"{key}={value}" for key, value in OPTIONS.get(name, {}).items())
        shown = f"`{name.removeprefix(TORCHVISION)}`" + (f" with `{options}`" if options else "")
        cells = [*first, shown, fact["exporter"], str(fact["size"]), f"{fact['parameters']:,}"]
        print("| " + " | ".join([*cells, f"{own:,}", flops, f"{fact['relative']:.0e}"]) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(required=True)
    for name, function in [("export", export), ("check", check), ("table", table)]:
        command = commands.add_parser(name)
        command.set_defaults(function=function)
        command.add_argument("directory")
        command.add_argument("families", nargs="*")
        if name == "export":
            command.add_argument("--exporter", default="script,dynamo")
        if name == "check":
            command.add_argument("--program", default=".build/release/tfnas")
            command.add_argument("--seconds", type=int, default=120)
    arguments = parser.parse_args()
    arguments.function(arguments)


if __name__ == "__main__":
    main()
