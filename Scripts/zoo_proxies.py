"""Compares the proxies of the program with PyTorch's on released families of networks.

    python Scripts/zoo_proxies.py [--program PATH] [--directory DIRECTORY] [--exporter NAME] [FAMILY ...]

Each network of timm has 10 classes, small images, weights that timm draws and that are moved a little, so that no
two tensors are equal, and batch normalisations as they are before anything has run. It is exported to ONNX
without folding and scored with its stored weights in double, on images and labels of a safetensors file. The same
proxies are computed here from the module itself by automatic differentiation in double. What is printed is the
difference of each score relative to PyTorch's. The exit code is 1 if the program fails, or if a difference is beyond
--tolerance and beyond ten times that of PyTorch's own scores of the same images in reverse order.

`--cells` compares on cells of NAS-Bench-201 as well, with the PyTorch module that `tfnas export` writes.
`--directory` keeps the model files and images, so that a difference can be looked at by hand.
"""

import argparse
import contextlib
import importlib.util
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import zoo

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Python" / "src"))

#: What is compared: a name of timm, what it is created with, rows and columns of an image, images of a minibatch.
FAMILIES = {
    "resnet18": ("resnet18", {}, 64, 16),
    "mobilenetv3": ("mobilenetv3_small_050", {}, 64, 16),
    "efficientnet": ("efficientnet_b0", {}, 64, 16),
    "convnext": ("convnext_atto", {}, 64, 16),
    "densenet": ("densenet121", {}, 64, 16),
    "regnet": ("regnetx_002", {}, 64, 16),
    "regnety": ("regnety_002", {}, 64, 16),
    "vit": ("vit_tiny_patch16_224", {"img_size": 64}, 64, 16),
    "swin": ("swin_tiny_patch4_window7_224", {"img_size": 64}, 64, 16),
    # At 64x64 its last attention has one token, so that gradients vanish and ZiCo reads their rounding.
    "mobilevit": ("mobilevit_xxs", {}, 128, 16),
}
#: Cells of NAS-Bench-201: of all kinds of edges, and with a dead edge.
CELLS = [
    "|nor_conv_3x3~0|+|skip_connect~0|nor_conv_1x1~1|+|skip_connect~0|avg_pool_3x3~1|nor_conv_3x3~2|",
    "|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|",
]
#: In the order of the columns.
PROXIES = ["vkdnw", "gradnorm", "snip", "jacov", "synflow", "zico", "naswot", "grasp"]
CLASSES = 10


class Reference:
    """The proxies of a module by their definitions, in double unless another type is given."""

    def __init__(self, torch, module, batches, dtype=None):
        self.torch = torch
        dtype = dtype or torch.float64
        self.module = module.to(dtype).eval()
        self.batches = [(images.to(dtype), labels) for images, labels in batches]
        self.norms = [
            each for each in module.modules() if isinstance(each, torch.nn.modules.batchnorm._BatchNorm)
        ]
        layers = (torch.nn.Conv2d, torch.nn.Linear)
        self.weights = [each.weight for each in module.modules() if isinstance(each, layers)]

    # How batch normalisation is computed

    @contextlib.contextmanager
    def by_minibatch(self):
        """Statistics of the minibatch, with the derivative through them."""
        for norm in self.norms:
            # Not train(): an activation or a dropout inside stays as it is.
            norm.training, norm.momentum = True, 0.0
        yield
        for norm in self.norms:
            norm.training = False

    def calibrate(self, images):
        """Makes the statistics of the minibatch the running ones."""
        torch = self.torch

        def keep(norm, arguments):
            (x,) = arguments
            axes = [0, 2, 3][: x.dim() - 1]
            norm.running_mean = x.mean(axes)
            norm.running_var = x.var(axes, unbiased=False)

        handles = [norm.register_forward_pre_hook(keep) for norm in self.norms]
        with torch.no_grad():
            # Each hook runs before its layer, which then normalises by what the hook has set.
            self.module(images)
        for handle in handles:
            handle.remove()

    def score(self, proxy):
        # The fused kernels of attention cannot be differentiated twice.
        kernels = self.torch.nn.attention.sdpa_kernel(self.torch.nn.attention.SDPBackend.MATH)
        # Signs are seen of whole functions only.
        functions = contextlib.nullcontext() if proxy == "naswot" else hard_sigmoids(self.torch)
        with kernels, functions:
            return getattr(self, proxy)()

    # Proxies

    def vkdnw(self):
        torch = self.torch
        images, _ = self.batches[0]
        self.calibrate(images)
        tensors = list(self.module.parameters())[:128]
        information = torch.zeros(len(tensors), len(tensors), dtype=torch.float64)
        for image in images:
            logits = self.module(image[None])[0]
            rows = []
            for logit in logits:
                gradients = torch.autograd.grad(logit, tensors, retain_graph=True, allow_unused=True)
                rows.append(
                    torch.stack(
                        [
                            torch.zeros((), dtype=torch.float64) if g is None else g.flatten()[0]
                            for g in gradients
                        ]
                    )
                )
            jacobian = torch.stack(rows)
            p = logits.detach().softmax(0)
            information += jacobian.T @ (torch.diag(p) - torch.outer(p, p)) @ jacobian
        information /= len(images)
        eigenvalues = torch.linalg.eigvalsh(information).clamp(min=0)
        fractions = torch.arange(1, 10, dtype=torch.float64) / 10
        deciles = torch.quantile(eigenvalues, fractions)
        shares = deciles / (deciles.sum() + 1e-10)
        return -float((shares * (shares + 1e-10).log()).sum())

    def gradients(self, batch, parameters, **arguments):
        torch = self.torch
        images, labels = self.batches[batch]
        with self.by_minibatch():
            loss = torch.nn.functional.cross_entropy(self.module(images), labels)
        gradients = torch.autograd.grad(loss, parameters, allow_unused=True, **arguments)
        return [torch.zeros_like(p) if g is None else g for p, g in zip(parameters, gradients)]

    def gradnorm(self):
        gradients = self.gradients(0, list(self.module.parameters()))
        return math.sqrt(sum(float((g * g).sum()) for g in gradients))

    def snip(self):
        gradients = self.gradients(0, self.weights)
        return sum(float((w * g).abs().sum()) for w, g in zip(self.weights, gradients))

    def grasp(self):
        torch = self.torch
        gradients = self.gradients(0, self.weights, create_graph=True)
        # By the weights once more: H w, from the derivative of the product with constants.
        product = sum((g * w.detach()).sum() for w, g in zip(self.weights, gradients))
        second = torch.autograd.grad(product, self.weights, allow_unused=True)
        return -sum(float((g * h).sum()) for g, h in zip(gradients, second) if h is not None)

    def jacov(self):
        torch = self.torch
        images = self.batches[0][0].clone().requires_grad_()
        with self.by_minibatch():
            rows = torch.autograd.grad(self.module(images).sum(), images)[0].flatten(1)
        values = torch.linalg.eigvalsh(torch.corrcoef(rows).clamp(-1, 1)) + 1e-5
        return -float((values.log() + 1 / values).sum())

    def synflow(self):
        torch = self.torch
        parameters = {name: value.detach().clone() for name, value in self.module.state_dict().items()}
        epsilons = [norm.eps for norm in self.norms]
        with torch.no_grad():
            for parameter in self.module.parameters():
                parameter.abs_()
            for norm in self.norms:
                # (x - 0) / sqrt(1 + 0) * 1 + 0: an activation that belongs to the module is still applied.
                norm.eps = 0.0
                norm.running_mean = torch.zeros_like(norm.running_mean)
                norm.running_var = torch.ones_like(norm.running_var)
                norm.weight.fill_(1)
                norm.bias.zero_()
        images = torch.ones_like(self.batches[0][0][:1])
        total = self.module(images).sum()
        gradients = torch.autograd.grad(total, self.weights, allow_unused=True)
        score = sum(float((w * g).abs().sum()) for w, g in zip(self.weights, gradients) if g is not None)
        for norm, epsilon in zip(self.norms, epsilons):
            norm.eps = epsilon
        self.module.load_state_dict(parameters)
        return score

    def zico(self):
        score = 0.0
        pairs = zip(self.gradients(0, self.weights), self.gradients(1, self.weights))
        for one, two in pairs:
            differs = one != two
            one, two = one[differs], two[differs]
            ratio = float(((one.abs() + two.abs()) / (one - two).abs()).sum())
            score += math.log(ratio) if ratio > 0 else 0
        return score

    def naswot(self):
        torch = self.torch
        images, _ = self.batches[0]
        with torch.no_grad(), self.by_minibatch(), activations(torch, len(images)) as codes:
            self.module(images)
        if not codes:
            return math.nan
        code = torch.cat(codes, 1).double()
        agreement = code @ code.T + (1 - code) @ (1 - code).T
        return float(torch.linalg.slogdet(agreement)[1])


def hard_sigmoids(torch):
    """A mode in which they are made of other functions.

    PyTorch's own multiplies by 1/6 in float even in double, and has one derivative only.
    """
    from torch.overrides import TorchFunctionMode

    class Made(TorchFunctionMode):
        def __torch_function__(self, function, types, arguments=(), keywords=None):
            if function is torch.nn.functional.hardsigmoid:
                return (arguments[0] + 3).clamp(0, 6) / 6
            return function(*arguments, **(keywords or {}))

    return Made()


@contextlib.contextmanager
def activations(torch, images):
    """The signs of what nonlinear functions of single elements read, an image a row."""
    from torch.utils._python_dispatch import TorchDispatchMode

    aten = torch.ops.aten
    functions = [
        "relu", "hardtanh", "leaky_relu", "elu", "celu", "selu", "gelu", "silu", "mish",
        "hardswish", "hardsigmoid", "sigmoid", "tanh", "softplus",
    ]  # fmt: skip
    packets = {
        getattr(aten, name + suffix)
        for name in functions
        for suffix in ("", "_")
        if hasattr(aten, name + suffix)
    }
    codes = []

    class Signs(TorchDispatchMode):
        def __torch_dispatch__(self, function, types, arguments=(), keywords=None):
            if function.overloadpacket in packets:
                # Patches of one image may stand beside it in the batch.
                codes.append((arguments[0] > 0).reshape(images, -1))
            return function(*arguments, **(keywords or {}))

    with Signs():
        yield codes


def created(torch, timm, name, arguments):
    """A network whose tensors all differ."""
    torch.manual_seed(0)
    module = timm.create_model(name, num_classes=CLASSES, **arguments).eval()
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in module.parameters():
            scale = 0.1 * (float(parameter.abs().mean()) or 1)
            parameter.add_(scale * torch.randn(parameter.shape, generator=generator))
    return module


def minibatches(torch, size, batch):
    """Two of independent images and labels."""
    generator = torch.Generator().manual_seed(2)
    return [
        (
            torch.randn((batch, 3, size, size), generator=generator),
            torch.randint(CLASSES, (batch,), generator=generator),
        )
        for _ in range(2)
    ]


def program(arguments, command):
    """The scores that the program prints, and the reason of a failure."""
    start = time.time()
    result = subprocess.run(
        [arguments.program, "score", *command, "--proxies", ",".join(arguments.proxies)]
        + ["--precision", "double", "--threads", str(arguments.threads), "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.time() - start
    try:
        scores = {
            name: score.get("value")
            for name, score in json.loads(result.stdout)["networks"][0]["scores"].items()
        }
    except json.JSONDecodeError:
        return None, f"exit code {result.returncode}: {result.stderr.strip()[-300:]}", seconds
    return scores, result.stderr.strip(), seconds


def relative(score, expected):
    return abs(score - expected) / max(abs(expected), 1e-300)


def compared(arguments, torch, title, module, batches, command):
    """Prints a row, and says whether all scores agree."""
    scores, message, seconds = program(arguments, command)
    reference = Reference(torch, module, batches)
    reversed_reference = Reference(torch, module, [(x.flip(0), y.flip(0)) for x, y in batches])
    start = time.time()
    cells, agree = [], scores is not None
    details = []
    for proxy in arguments.proxies:
        expected = reference.score(proxy)
        score = (scores or {}).get(proxy)
        if score is None:
            # The program calls undefined what is no number here.
            agrees = scores is not None and not math.isfinite(expected)
            cells.append("both undefined" if agrees else "none")
        else:
            difference = relative(score, expected)
            agrees = difference <= arguments.tolerance
            cells.append(f"{difference:.1e}")
            if not agrees:
                # No proxy depends on the order of images, so this is what rounding alone does.
                rounding = relative(reversed_reference.score(proxy), expected)
                agrees = difference <= 10 * rounding
                cells[-1] += f" ({rounding:.1e} by rounding)"
        agree = agree and agrees
        details.append(f"{proxy} {score} {expected}")
    print(f"| {title} | " + " | ".join(cells) + " |", flush=True)
    print(
        f"{title}: {seconds:.0f} s and {time.time() - start:.0f} s; " + "; ".join(details),
        file=sys.stderr,
    )
    if not agree and message:
        print(f"{title}: {message}", file=sys.stderr)
    return agree


def save_images(path, batches):
    from safetensors.torch import save_file

    (images, labels), (images2, labels2) = batches
    tensors = {"input": images, "labels": labels, "input2": images2, "labels2": labels2}
    save_file(tensors, str(path))


def family(arguments, torch, timm, folder, title):
    import onnx
    from tfnas.exporting import to_onnx

    name, options, size, batch = FAMILIES[title]
    batch = arguments.batch or batch
    module = created(torch, timm, name, options)
    model = folder / f"{title}.onnx"
    onnx.save(to_onnx(module, input_shape=(3, size, size), exporter=arguments.exporter), str(model))
    batches = minibatches(torch, size, batch)
    images = folder / f"{title}.images.safetensors"
    save_images(images, batches)
    command = [str(model), "--weights", "stored", "--input", str(images)]
    command += ["--input-shape", f"3,{size},{size}"]
    return compared(arguments, torch, title, module, batches, command)


def cell(arguments, torch, folder, architecture, number):
    from safetensors.torch import load_file

    sizes = ["--width", "4", "--cells", "1", "--resolution", "16"]
    place = folder / f"cell{number}"
    subprocess.run(
        [arguments.program, "export", "nas-bench-201", architecture, *sizes]
        + ["--directory", str(place), "--force"],
        check=True,
        capture_output=True,
    )
    specification = importlib.util.spec_from_file_location("network", place / "network.py")
    code = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(code)
    module = code.Network()
    module.load_state_dict(load_file(str(place / "weights.safetensors")), strict=False)
    batches = minibatches(torch, 16, arguments.batch or 16)
    images = place / "images.safetensors"
    save_images(images, batches)
    command = [architecture, *sizes, "--weights", str(place / "weights.safetensors")]
    command += ["--input", str(images)]
    return compared(arguments, torch, f"cell {number}", module, batches, command)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("families", nargs="*", metavar="FAMILY", help=", ".join(FAMILIES))
    parser.add_argument("--program", default=".build/release/tfnas")
    parser.add_argument("--directory", help="where files are kept")
    parser.add_argument("--exporter", choices=["dynamo", "torchscript"], default="torchscript")
    parser.add_argument("--proxies", type=lambda text: text.split(","), default=PROXIES)
    parser.add_argument("--batch", type=int, help="images of a minibatch")
    parser.add_argument("--tolerance", type=float, default=1e-6)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cells", action="store_true", help="cells of NAS-Bench-201 too")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.families if name not in FAMILIES]
    unknown += [name for name in arguments.proxies if name not in PROXIES]
    if unknown:
        parser.error(f"{unknown[0]} is neither a family nor a proxy that is compared")

    torch, timm = zoo.modules()
    torch.set_num_threads(arguments.threads)
    agree = True
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(arguments.directory or temporary)
        os.makedirs(folder, exist_ok=True)
        print("| Family | " + " | ".join(arguments.proxies) + " |")
        print("|---" + "|--:" * len(arguments.proxies) + "|", flush=True)
        if arguments.cells:
            for number, architecture in enumerate(CELLS):
                agree &= cell(arguments, torch, folder, architecture, number)
        families = arguments.families or ([] if arguments.cells else list(FAMILIES))
        for title in families:
            agree &= family(arguments, torch, timm, folder, title)
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
