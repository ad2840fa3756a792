"""Exports one network of each family of timm, and compares what the program makes of it.

    python Scripts/zoo.py export [--exporter script,dynamo,optimized] DIRECTORY [FAMILY ...]
    python Scripts/zoo.py check [--program PATH] DIRECTORY [FAMILY ...]
    python Scripts/zoo.py table DIRECTORY

`export` may be stopped and started again: what lies in the directory is kept. Weights are those that timm
draws, moved a little so that no two tensors are equal and no layer starts at zero; batch normalisations get
running statistics of random images. Beside each model lie images, and the logits that onnxruntime computes.
`check` runs `tfnas check` and `tfnas count` on each file.
"""

import argparse
import io
import contextlib
import json
import logging
import os
import pathlib
import subprocess
import sys
import time
import warnings

#: The smallest network of each family of timm 1.0.31 by parameters, and those of the reference list.
FAMILIES = json.loads((pathlib.Path(__file__).parent / "zoo_families.json").read_text())
#: Images in a batch of the comparison.
BATCH = 2


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


def create(torch, timm, name):
    """A network in evaluation mode with sound numbers, and its resolution."""
    torch.manual_seed(0)
    model = timm.create_model(name, num_classes=10)
    own = model.default_cfg["input_size"][-1]
    size = own
    if not model.default_cfg.get("fixed_input_size", False):
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
    return model.eval(), size


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
    if exporter == "script":
        arguments = dict(
            input_names=["images"],
            output_names=["logits"],
            dynamo=False,
            opset_version=17,
            training=torch.onnx.TrainingMode.PRESERVE,
            do_constant_folding=False,
        )
        try:
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
                    model, size = create(torch, timm, name)
                    fact["size"] = size
                    fact["parameters"] = sum(p.numel() for p in model.parameters())
                    fact["flops"] = flops(torch, model, size)
                    if not path.exists():
                        fact["fixedBatch"] = write(torch, model, size, path, exporter)
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


def run(command):
    """The JSON document of a command, or its message."""
    result = subprocess.run(command, capture_output=True, text=True)
    try:
        return json.loads(result.stdout), result.returncode, result.stderr.strip()
    except json.JSONDecodeError:
        return None, result.returncode, result.stderr.strip()


def check(arguments):
    folder = pathlib.Path(arguments.directory)
    names = {name for _, name in selected(arguments)}
    for record in sorted(folder.glob("*.*.json")):
        fact = json.loads(record.read_text())
        if fact["model"] not in names or "error" in fact:
            continue
        stem = record.name[: -len(".json")]
        size = str(fact["size"])
        checked, code, message = run(
            [arguments.program, "check", str(folder / f"{stem}.onnx"), "--resolution", size]
            + ["--input", str(folder / f"{fact['model']}.images.npz")]
            + ["--expect", str(folder / f"{stem}.logits.npz"), "--format", "json"]
        )
        counted, _, _ = run(
            [arguments.program, "count", str(folder / f"{stem}.onnx"), "--resolution", size]
            + ["--format", "json"]
        )
        fact.update(code=code, message=message)
        if checked:
            fact["difference"] = checked["maximumAbsoluteDifference"]
        if counted:
            fact["ownParameters"] = counted[0]["parameters"]
            fact["multiplyAdds"] = counted[0]["multiplyAdds"]
        (folder / f"{stem}.result").write_text(json.dumps(fact))
        print(json.dumps(fact), flush=True)


def table(arguments):
    folder = pathlib.Path(arguments.directory)
    print("| Family | Network | Exporter | Size | Parameters | Multiply-adds | PyTorch's | Difference / largest logit |")
    print("|---|---|---|--:|--:|--:|--:|--:|")
    for result in sorted(folder.glob("*.result"), key=lambda path: json.loads(path.read_text())["family"]):
        fact = json.loads(result.read_text())
        relative = (
            f"{fact['difference'] / fact['largest']:.1e}"
            if fact.get("difference") is not None
            else fact["message"]
        )
        print(
            f"| {fact['family']} | {fact['model']} | {fact['exporter']} | {fact['size']} | {fact.get('ownParameters', '')} "
            f"| {fact.get('multiplyAdds', '')} | {fact['flops']} | {relative} |"
        )


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
    arguments = parser.parse_args()
    arguments.function(arguments)


if __name__ == "__main__":
    main()
