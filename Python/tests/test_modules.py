"""Modules and ONNX models from end to end, as far as the command reads them."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy
import pytest

import tfnas
from conftest import need

torch = need("torch")
onnx = need("onnx")
need("onnxscript")
nn = torch.nn


@pytest.fixture(scope="module", autouse=True)
def _reads_onnx(command: str) -> None:
    run = subprocess.run([command, "check", "--help"], capture_output=True, text=True, check=False)
    if "tfnas check" not in run.stdout:
        pytest.skip("this tfnas reads no ONNX files")


def small() -> Any:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.Conv2d(8, 16, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(16, 10),
    )


SHAPE = (3, 16, 16)


def test_a_module_a_model_and_a_file_are_one_network(tmp_path: Path) -> None:
    model = tfnas.to_onnx(small(), input_shape=SHAPE)
    path = tmp_path / "network.onnx"
    onnx.save(model, path)
    scores = tfnas.score(
        {"module": small(), "model": model, "file": path},
        proxies="vkdnw,parameters,layers", batch=8, input_shape=SHAPE,
    )  # fmt: skip
    assert [row.pop("network") for row in scores] == ["module", "model", "file"]
    assert scores[0] == scores[1] == scores[2]
    assert scores[0]["vkdnw"] is not None


def test_initial_weights_do_not_depend_on_those_stored() -> None:
    trained = small()
    with torch.no_grad():
        for parameter in trained.parameters():
            parameter.add_(torch.randn_like(parameter))
    networks = {"a": small(), "b": trained}
    settings: dict[str, Any] = {"proxies": "vkdnw", "batch": 8, "input_shape": SHAPE}
    initial = tfnas.score(networks, **settings)
    stored = tfnas.score(networks, weights="stored", **settings)
    assert initial[0]["vkdnw"] == initial[1]["vkdnw"]
    assert stored[0]["vkdnw"] != stored[1]["vkdnw"]


def test_counts_are_those_of_pytorch() -> None:
    module = small()
    row = tfnas.count(module, input_shape=SHAPE)[0]
    assert row["parameters"] == sum(each.numel() for each in module.parameters())
    assert row["multiplyAdds"] >= 3 * 8 * 9 * 256 + 8 * 16 * 9 * 64 + 160


def test_check_compares_with_the_output_of_pytorch(tmp_path: Path) -> None:
    module = small().eval()
    images = torch.randn(4, *SHAPE)
    with torch.no_grad():
        logits = module(images)
    numpy.savez(tmp_path / "x.npz", input=images.numpy())
    numpy.savez(tmp_path / "y.npz", logits=logits.numpy())
    answer = tfnas.check(module, inputs=tmp_path / "x.npz", expect=tmp_path / "y.npz", input_shape=SHAPE)
    assert answer["supported"] is True
    assert answer["agrees"] is True
    assert {each["name"] for each in answer["operators"]} >= {"Conv", "BatchNormalization", "Relu"}
    numpy.savez(tmp_path / "z.npz", logits=logits.numpy() + 1)
    other = tfnas.check(module, inputs=tmp_path / "x.npz", expect=tmp_path / "z.npz", input_shape=SHAPE)
    assert other["agrees"] is False


def mystery() -> Any:
    helper = onnx.helper
    images = helper.make_tensor_value_info("input", onnx.TensorProto.FLOAT, ["batch", 3, 16, 16])
    logits = helper.make_tensor_value_info("logits", onnx.TensorProto.FLOAT, ["batch", 10])
    nodes = [
        helper.make_node("Riddle", ["input"], ["a"], domain="org.example"),
        helper.make_node("Enigma", ["a"], ["logits"], domain="org.example"),
    ]
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("org.example", 1)]
    return helper.make_model(helper.make_graph(nodes, "mystery", [images], [logits]), opset_imports=opsets)


@pytest.mark.parametrize("call", [tfnas.score, tfnas.count])
def test_unsupported_operators_are_all_named(call: Any) -> None:
    with pytest.raises(tfnas.UnsupportedOperatorError) as caught:
        call(mystery(), input_shape=SHAPE)
    assert caught.value.operators == ["Riddle", "Enigma"]
    answer = tfnas.check(mystery(), input_shape=SHAPE)
    assert answer["supported"] is False


def test_an_executor_is_sent_modules() -> None:
    networks = {"a": small(), "b": small()}
    settings: dict[str, Any] = {"proxies": "vkdnw", "batch": 8, "input_shape": SHAPE}
    with ThreadPoolExecutor(2) as executor:
        assert tfnas.score(networks, executor=executor, **settings) == tfnas.score(networks, **settings)


def make(chosen: dict[str, Any]) -> Any:
    layers: list[Any] = []
    width = 3
    for _ in range(chosen["depth"]):
        layers += [
            nn.Conv2d(width, chosen["width"], chosen["kernel"], padding=chosen["kernel"] // 2, bias=False),
            nn.BatchNorm2d(chosen["width"]),
            nn.ReLU(),
        ]
        width = chosen["width"]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, 10))


def test_search_by_a_function_of_modules_under_constraints() -> None:
    found = tfnas.search(
        make,
        choices={"depth": [1, 2, 3], "width": [4, 8, 16], "kernel": [1, 3, 5]},
        by="rank(vkdnw)*rank(parameters)",
        constraints={"parameters": 3000},
        evaluations=10, population=4, generation=4, batch=4, input_shape=SHAPE,
        proxies=["vkdnw", "parameters"],
    )  # fmt: skip
    assert len(found) == 10
    assert found.winner is not None
    for row in found:
        module = make({name: row[name] for name in ("depth", "width", "kernel")})
        assert sum(each.numel() for each in module.parameters()) <= 3000


@pytest.mark.parametrize("name", ["resnet18", "mobilenetv3_small_050", "vit_tiny_patch16_224"])
def test_released_architectures_are_scored(name: str) -> None:
    timm = need("timm")
    module = timm.create_model(name, num_classes=10)
    scores = tfnas.score({name: module}, proxies=["vkdnw", "naswot"], images="synthetic", batch=4)
    assert scores[0]["vkdnw"] is not None
    counts = tfnas.count({name: module})
    assert counts[0]["parameters"] == sum(each.numel() for each in module.parameters())
