#!/usr/bin/env python3
"""The same proxies in PyTorch and in tfnas: seconds and memory of a network, in one run on one machine.

    Benchmarks/peers.py [--program PATH] [--threads 2] [--rounds 3] [--out FILE.json] [NETWORK ...]

Networks are the benchmark cell of NAS-Bench-201, a small and a large one, ZiCo's network of 480 million
multiply-adds at 224x224, and with timm ResNet-18 and ViT-Ti at 224x224. PyTorch runs the module that
`tfnas export` writes, or timm's own, in float:

- VKDNW by `torch.func`: the Jacobian of the logits of one image by `jacrev`, over the images by `vmap`. The
  number of images at once (`chunk_size`) is the one of CHUNKS that is fastest in a first round.
- NASWOT, SynFlow, GradNorm, ZiCo and Jacov as in `Scripts/zoo_proxies.py`, which compares their values.

Every measurement is a process of its own, both programs in turn, so that whatever else the machine does hits
both. A process of PyTorch computes once before it is timed; tfnas averages INITS initialisations, the
first of which also prepares the kernels. Seconds are those of the score alone, memory the peak of the process.
Both values of a proxy are of different random weights and images, and are not compared here.

Prints a table, and with --out writes all seconds, their spread, the processor and the versions as JSON.
Without PyTorch it says so and ends with 0.
"""

import argparse
import importlib.util
import json
import os
import pathlib
import platform
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "Scripts"), str(ROOT / "Python" / "src")]

INITS = 5
CHUNKS = [4, 16, 64]
CLASSES = 10
#: Seconds beyond which a process is given up.
LIMIT = 900
PROXIES = ["vkdnw", "naswot", "synflow", "gradnorm", "zico", "jacov"]
CELL = "|nor_conv_3x3~0|+|nor_conv_1x1~0|avg_pool_3x3~1|+|skip_connect~0|none~1|nor_conv_3x3~2|"
SMALL = "|skip_connect~0|+|none~0|nor_conv_1x1~1|+|skip_connect~0|none~1|avg_pool_3x3~2|"
LARGE = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|"
CHAIN = (
    "SuperConvK3BNRELU(3,48,2,1)SuperResIDWE1K7(48,40,2,40,1)SuperResIDWE1K3(40,96,2,96,2)"
    "SuperResIDWE4K7(96,96,2,96,5)SuperResIDWE2K7(96,224,2,224,5)SuperConvK1BNRELU(224,2048,1,1)"
)
#: Space or name of timm, architecture, rows and columns of an image, images of a minibatch.
NETWORKS = {
    "cell": ("nas-bench-201", CELL, 32, 64),
    "small cell": ("nas-bench-201", SMALL, 32, 64),
    "large cell": ("nas-bench-201", LARGE, 32, 64),
    "480M chain": ("mobilenet-v2", CHAIN, 224, 16),
    "ResNet-18": ("resnet18", None, 224, 16),
    "ViT-Ti": ("vit_tiny_patch16_224", None, 224, 16),
}


def source(program, network, folder):
    """What tfnas reads of a network, and the folder or name from which PyTorch makes it."""
    space, architecture, size, _ = NETWORKS[network]
    if architecture is not None:
        place = folder / network.replace(" ", "-")
        sizes = ["--classes", str(CLASSES)] + (["--resolution", str(size)] if size != 32 else [])
        command = [program, "export", space, architecture, *sizes, "--directory", str(place)]
        subprocess.run(command, check=True, capture_output=True)
        return [architecture, "--space", space, *sizes], str(place)
    import onnx
    import zoo
    from tfnas.exporting import to_onnx

    torch, timm = zoo.modules()
    torch.manual_seed(0)
    module = timm.create_model(space, num_classes=CLASSES).eval()
    path = folder / f"{space}.onnx"
    onnx.save(to_onnx(module, input_shape=(3, size, size), exporter="torchscript"), str(path))
    return [str(path), "--input-shape", f"3,{size},{size}"], space


# PyTorch


def module(torch, place):
    """The network of a folder that tfnas wrote, or of timm."""
    if not os.path.isdir(place):
        import zoo

        return zoo.modules()[1].create_model(place, num_classes=CLASSES).eval()
    from safetensors.torch import load_file

    specification = importlib.util.spec_from_file_location("network", f"{place}/network.py")
    code = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(code)
    network = code.Network()
    network.load_state_dict(load_file(f"{place}/weights.safetensors"), strict=False)
    return network.eval()


def vkdnw(torch, reference, chunk):
    """The entropy of the deciles of the Fisher information, whose Jacobians `torch.func` vectorises."""
    network, (images, _) = reference.module, reference.batches[0]
    reference.calibrate(images)
    parameters = {name: value.detach() for name, value in network.named_parameters()}
    chosen = dict(list(parameters.items())[:128])
    state = {**parameters, **dict(network.named_buffers())}

    def logits(chosen, image):
        return torch.func.functional_call(network, {**state, **chosen}, (image[None],))[0]

    with torch.no_grad():
        jacobians = torch.func.vmap(torch.func.jacrev(logits), in_dims=(None, 0), chunk_size=chunk)
        rows = jacobians(chosen, images)
        # Of each tensor the first weight counts.
        columns = torch.stack([each.flatten(2)[..., 0] for each in rows.values()], -1).double()
        p = network(images).double().softmax(1)
        factor = torch.diag_embed(p) - p[:, :, None] * p[:, None, :]
        information = torch.einsum("bki,bkl,blj->ij", columns, factor, columns) / len(images)
        eigenvalues = torch.linalg.eigvalsh(information).clamp(min=0)
        deciles = torch.quantile(eigenvalues, torch.arange(1, 10, dtype=torch.float64) / 10)
        shares = deciles / (deciles.sum() + 1e-10)
        return -float((shares * (shares + 1e-10).log()).sum())


def child(arguments):
    """Times a proxy in this process."""
    import torch
    from zoo_proxies import Reference, minibatches

    torch.set_num_threads(arguments.threads)
    _, _, size, batch = NETWORKS[arguments.network]
    network = module(torch, arguments.place)
    reference = Reference(torch, network, minibatches(torch, size, batch), torch.float32)

    def compute():
        if arguments.proxy != "vkdnw":
            return reference.score(arguments.proxy)
        kernels = torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH)
        with kernels:
            return vkdnw(torch, reference, arguments.chunk)

    compute()
    start = time.perf_counter()
    compute()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": seconds, "peakBytes": peak, "torch": torch.__version__}))


def peer(arguments, network, proxy, place, chunk):
    """A measurement of PyTorch, `None` where it takes too long or fails."""
    command = [sys.executable, __file__, "--child", place, "--proxy", proxy, "--chunk", str(chunk)]
    command += ["--threads", str(arguments.threads), network]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired:
        print(f"{network}, {proxy}: PyTorch took more than {LIMIT} s", file=sys.stderr)
        return None
    if result.returncode != 0:
        last = (result.stderr.strip().splitlines() or ["killed"])[-1]
        print(f"{network}, {proxy}: PyTorch failed: {last}", file=sys.stderr)
        return None
    return json.loads(result.stdout.splitlines()[-1])


# tfnas


def own(arguments, network, proxy, words, folder):
    """A measurement of tfnas."""
    store = folder / "own.sqlite"
    for path in folder.glob("own.sqlite*"):
        path.unlink()
    batch = NETWORKS[network][3]
    command = [arguments.program, "score", *words, "--proxies", proxy, "--batch", str(batch)]
    command += ["--inits", str(INITS), "--images", "noise", "--threads", str(arguments.threads)]
    command += ["--store", str(store), "--quiet"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{network}, {proxy}: tfnas failed")
    with sqlite3.connect(store) as connection:
        seconds = connection.execute("SELECT max(seconds) FROM record WHERE proxy LIKE ? || '%'", (proxy,))
        return {"seconds": seconds.fetchone()[0] / INITS, "peakBytes": usage.ru_maxrss * 1024}


# Table


def processor():
    """The name of the processor."""
    try:
        with open("/proc/cpuinfo") as file:
            return next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


def measured(arguments, network, proxy, words, place, folder):
    """Both programs in turn; a row of the table."""
    chunk = CHUNKS[0]
    if proxy == "vkdnw":
        batch = NETWORKS[network][3]
        first = {c: peer(arguments, network, proxy, place, c) for c in CHUNKS if c <= batch}
        first = {c: each["seconds"] for c, each in first.items() if each}
        if first:
            chunk = min(first, key=first.get)
    rounds = {"tfnas": [], "torch": []}
    for _ in range(arguments.rounds):
        rounds["tfnas"].append(own(arguments, network, proxy, words, folder))
        if None not in rounds["torch"]:
            rounds["torch"].append(peer(arguments, network, proxy, place, chunk))
    row = {"network": network, "proxy": proxy, "batch": NETWORKS[network][3]}
    if proxy == "vkdnw":
        row["chunkSize"] = chunk
    for who, each in rounds.items():
        if None in each:
            row[who] = None
            continue
        seconds = [one["seconds"] for one in each]
        row[who] = {
            "seconds": statistics.median(seconds),
            "all": seconds,
            "spread": (max(seconds) - min(seconds)) / statistics.median(seconds),
            "peakBytes": max(one["peakBytes"] for one in each),
        }
    return row


def line(row):
    """A row as text."""
    ours, theirs = row["tfnas"], row["torch"]
    cells = [row["network"], row["proxy"], f"{ours['seconds']:.3f}"]
    cells += [f"{theirs['seconds']:.3f}", f"{theirs['seconds'] / ours['seconds']:.1f}"] if theirs else ["-", "-"]
    cells += [f"{ours['peakBytes'] / 1e6:.0f}"]
    cells += [f"{theirs['peakBytes'] / 1e6:.0f}"] if theirs else ["-"]
    return "| " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("networks", nargs="*", metavar="NETWORK", help=", ".join(NETWORKS))
    parser.add_argument("--program", default=str(ROOT / ".build" / "release" / "tfnas"))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--proxies", type=lambda text: text.split(","), default=PROXIES)
    parser.add_argument("--out", help="a file that gets all figures as JSON")
    parser.add_argument("--child", dest="place", help=argparse.SUPPRESS)
    parser.add_argument("--proxy", help=argparse.SUPPRESS)
    parser.add_argument("--chunk", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    unknown = [name for name in arguments.networks if name not in NETWORKS]
    unknown += [name for name in arguments.proxies if name not in PROXIES]
    if unknown:
        parser.error(f"{unknown[0]} is neither a network nor a proxy that is measured")
    if arguments.place:
        (arguments.network,) = arguments.networks
        return child(arguments)
    try:
        import torch
    except ImportError as error:
        return print(f"not run: {error}")
    version = subprocess.run([arguments.program, "--version"], capture_output=True, text=True, check=True)
    print("| network | proxy | tfnas s | PyTorch s | times | tfnas MB | PyTorch MB |")
    print("|---|---|--:|--:|--:|--:|--:|", flush=True)
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for network in arguments.networks or NETWORKS:
            try:
                words, place = source(arguments.program, network, folder)
            except ImportError as error:
                print(f"{network}: not run: {error}", file=sys.stderr)
                continue
            for proxy in arguments.proxies:
                rows.append(measured(arguments, network, proxy, words, place, folder))
                print(line(rows[-1]), flush=True)
                if arguments.out:
                    report = {
                        "processor": processor(),
                        "threads": arguments.threads,
                        "tfnas": version.stdout.strip(),
                        "torch": torch.__version__,
                        "python": platform.python_version(),
                        "rows": rows,
                    }
                    pathlib.Path(arguments.out).write_text(json.dumps(report, indent=2) + "\n")
    return None


if __name__ == "__main__":
    main()
