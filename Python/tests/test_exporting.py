"""Modules become ONNX models without folding, and stay as they are."""

from __future__ import annotations

import copy
from typing import Any

import numpy
import pytest

import tfnas
from conftest import need
from tfnas.networks import sources

torch = need("torch")
onnx = need("onnx")
need("onnxscript")
nn = torch.nn

EXPORTERS = ["dynamo", "torchscript"]


def small(classes: int = 10) -> Any:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.Conv2d(8, 8, 3, padding=1),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(8, classes),
    )


def count(model: Any, operator: str) -> int:
    return sum(node.op_type == operator for node in model.graph.node)


def run(model: Any, images: Any) -> Any:
    runtime = need("onnxruntime")
    session = runtime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"input": images})[0]


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_batch_normalisations_stay(exporter: str) -> None:
    model = tfnas.to_onnx(small(), input_shape=(3, 16, 16), exporter=exporter)
    onnx.checker.check_model(model)
    assert count(model, "BatchNormalization") == 2
    assert count(model, "Conv") == 2
    assert count(model, "Dropout") == 0
    assert [value.name for value in model.graph.input] == ["input"]
    assert [value.name for value in model.graph.output] == ["logits"]


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_parameters_keep_names_and_numbers(exporter: str) -> None:
    module = small()
    model = tfnas.to_onnx(module, input_shape=(3, 16, 16), exporter=exporter)
    stored = {each.name: onnx.numpy_helper.to_array(each) for each in model.graph.initializer}
    for name, parameter in module.named_parameters():
        assert numpy.array_equal(stored[name], parameter.detach().numpy()), name


@pytest.mark.parametrize("exporter", EXPORTERS)
@pytest.mark.parametrize("batch", [1, 2, 5])
def test_the_batch_is_open_and_the_logits_are_right(exporter: str, batch: int) -> None:
    module = small()
    model = tfnas.to_onnx(module, input_shape=(3, 16, 16), exporter=exporter)
    images = torch.randn(batch, 3, 16, 16, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected = copy.deepcopy(module).eval()(images).numpy()
    assert numpy.abs(run(model, images.numpy()) - expected).max() < 1e-5


def snapshot(module: Any) -> dict[str, Any]:
    return {
        "modes": {name: part.training for name, part in module.named_modules()},
        "state": {name: value.clone() for name, value in module.state_dict().items()},
        "needs": {name: value.requires_grad for name, value in module.named_parameters()},
        "grads": {name: value.grad for name, value in module.named_parameters()},
        "ids": [id(value) for value in module.parameters()],
        "device": {value.device for value in module.parameters()},
        "hooks": [
            (len(part._forward_hooks), len(part._forward_pre_hooks), len(part._backward_hooks))
            for part in module.modules()
        ],
        "attributes": [sorted(vars(part)) for part in module.modules()],
    }


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_the_module_is_left_as_it_was(exporter: str) -> None:
    module = small()
    module.train()
    module[1].eval()
    module[3].weight.requires_grad_(False)
    seen: list[int] = []
    module[0].register_forward_hook(lambda *_: seen.append(1))
    module[3].register_forward_pre_hook(lambda *_: seen.append(2))
    module[9].register_full_backward_hook(lambda *_: None)
    module(torch.randn(4, 3, 16, 16)).sum().backward()
    seen.clear()
    before = snapshot(module)
    random = torch.get_rng_state()
    gradients = torch.is_grad_enabled()
    tfnas.to_onnx(module, input_shape=(3, 16, 16), exporter=exporter)
    after = snapshot(module)
    for name, value in before.pop("state").items():
        assert torch.equal(value, after["state"][name]), name
    for name, value in before.pop("grads").items():
        assert after["grads"][name] is value
    after.pop("state")
    after.pop("grads")
    assert before == after
    assert seen == []
    assert torch.equal(random, torch.get_rng_state())
    assert torch.is_grad_enabled() == gradients


def test_what_is_touched_is_a_copy_even_when_it_fails() -> None:
    module = small()
    module.train()
    with pytest.raises(tfnas.InputError, match="does not run"):
        tfnas.to_onnx(module, input_shape=(5, 16, 16))
    assert all(part.training for part in module.modules())


class Answer:
    def __init__(self, logits: Any) -> None:
        self.logits = logits


class Wrapped(nn.Module):  # type: ignore[misc, name-defined]
    def __init__(self, how: str) -> None:
        super().__init__()
        self.body = small()
        self.how = how

    def forward(self, images: Any) -> Any:
        logits = self.body(images)
        forms: dict[str, Any] = {
            "tuple": (logits, images),
            "dictionary": {"features": images, "logits": logits},
            "out": {"out": logits, "aux": images},
        }
        return Answer(logits) if self.how == "object" else forms[self.how]


@pytest.mark.parametrize("how", ["tuple", "dictionary", "out", "object"])
def test_logits_are_found_in_every_usual_output(how: str) -> None:
    module = Wrapped(how)
    model = tfnas.to_onnx(module, input_shape=(3, 16, 16))
    images = torch.randn(3, 3, 16, 16)
    with torch.no_grad():
        expected = copy.deepcopy(module.body).eval()(images).numpy()
    assert len(model.graph.output) == 1
    assert numpy.abs(run(model, images.numpy()) - expected).max() < 1e-5


def test_weights_that_hooks_compute_are_computed() -> None:
    module = small()
    nn.utils.weight_norm(module[3])
    model = tfnas.to_onnx(module, input_shape=(3, 16, 16))
    images = torch.randn(2, 3, 16, 16)
    with torch.no_grad():
        module.eval()
        expected = module(images).numpy()
    assert numpy.abs(run(model, images.numpy()) - expected).max() < 1e-5


def test_half_precision_becomes_float() -> None:
    model = tfnas.to_onnx(small().half(), input_shape=(3, 16, 16))
    assert {each.data_type for each in model.graph.initializer} <= {
        onnx.TensorProto.FLOAT,
        onnx.TensorProto.INT64,
    }


class Counting(nn.Module):  # type: ignore[misc, name-defined]
    """Reshapes by the number of images as a Python integer."""

    def __init__(self) -> None:
        super().__init__()
        self.body = small()

    def forward(self, images: Any) -> Any:
        return self.body(images).reshape(int(images.shape[0]), 10)


def test_a_batch_that_is_a_number_is_no_obstacle() -> None:
    model = tfnas.to_onnx(Counting(), input_shape=(3, 16, 16), batch=4)
    onnx.checker.check_model(model)


BAD: list[tuple[str, Any, dict[str, Any], type[Exception], str]] = [
    ("no classifier", lambda: nn.Conv2d(3, 4, 1), {}, tfnas.InputError, "no classifier"),
    ("wrong channels", lambda: nn.Conv2d(1, 4, 1), {}, tfnas.InputError, "does not run"),
    ("shape", small, {"input_shape": (3, 16)}, tfnas.UsageError, "input_shape"),
    ("negative", small, {"input_shape": (3, -1, 16)}, tfnas.UsageError, "input_shape"),
    ("exporter", small, {"exporter": "tf"}, tfnas.UsageError, "exporter"),
    ("batch", small, {"batch": 0}, tfnas.UsageError, "batch"),
]


@pytest.mark.parametrize(
    ("make", "arguments", "kind", "word"), [case[1:] for case in BAD], ids=[case[0] for case in BAD]
)
def test_misuse_is_one_clear_exception(
    make: Any, arguments: dict[str, Any], kind: type[Exception], word: str
) -> None:
    with pytest.raises(kind, match=word) as caught:
        tfnas.to_onnx(make(), **{"input_shape": (3, 16, 16), **arguments})
    assert "\n" not in str(caught.value)


def test_modules_and_models_become_files_with_names() -> None:
    model = tfnas.to_onnx(small(), input_shape=(3, 16, 16))
    found = sources([small(), small(), model], (3, 16, 16), None)
    assert [each.name for each in found][:2] == ["Sequential", "Sequential (2)"]
    assert found[2].model == model.SerializeToString()
    named = sources({"mine": small()}, (3, 16, 16), None)
    assert named[0].name == "mine"


@pytest.mark.parametrize("name", ["resnet18", "mobilenetv3_small_050", "vit_tiny_patch16_224"])
def test_released_architectures_are_exported_unfolded(name: str) -> None:
    timm = need("timm")
    module = timm.create_model(name, num_classes=10)
    model = tfnas.to_onnx(module, input_shape=(3, 224, 224))
    onnx.checker.check_model(model)
    norms = sum(isinstance(part, nn.BatchNorm2d) for part in module.modules())
    assert count(model, "BatchNormalization") == norms
    images = torch.randn(2, 3, 224, 224, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected = module.eval()(images).numpy()
    difference = numpy.abs(run(model, images.numpy()) - expected).max()
    assert difference < 1e-4 * max(1.0, numpy.abs(expected).max())
