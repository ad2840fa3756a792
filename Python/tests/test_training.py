"""The training: schedule, data, recipe, and a resume that changes nothing."""

from __future__ import annotations

import json
import math
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy
import pytest

import tfnas
from conftest import CELLS, need

torch = need("torch")
need("safetensors")
need("PIL")

from tfnas.train import augmentation, distillation, images, students, taps, teachers  # noqa: E402
from tfnas.train.__main__ import main  # noqa: E402
from tfnas.train.plan import RECIPES  # noqa: E402
from tfnas.train.schedule import learning_rate  # noqa: E402

CHAIN = (
    "SuperConvK3BNRELU(3,8,2,1)SuperResIDWE1K3(8,16,2,8,1)SuperResIDWE2K3(16,16,2,8,1)"
    "SuperResIDWE1K3(16,24,2,16,1)SuperResIDWE1K5(24,32,2,16,1)SuperConvK1BNRELU(32,64,1,1)"
)


@pytest.fixture(scope="session")
def cell(command: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cell") / "network"
    arguments = ["export", "nas-bench-201", CELLS[0], "--width=4", "--cells=1", "--resolution=8"]
    subprocess.run([command, *arguments, f"--directory={folder}"], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def chain(command: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chain") / "network"
    arguments = ["export", "mobilenet-v2", CHAIN, "--classes=10", "--resolution=64"]
    subprocess.run([command, *arguments, f"--directory={folder}"], check=True, capture_output=True)
    return folder


def coloured(count: int, size: int, seed: int) -> tuple[Any, Any]:
    """Images whose colour tells the class, under noise."""
    draw = numpy.random.default_rng(seed)
    labels = numpy.arange(count) % 10
    colours = numpy.random.default_rng(0).uniform(40, 210, (10, 3))
    pixels = colours[labels][:, :, None, None] + draw.normal(0, 20, (count, 3, size, size))
    return pixels.clip(0, 255).astype(numpy.uint8), labels


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("data")
    for name, count, seed in (("train", 320, 1), ("test", 100, 2)):
        pixels, labels = coloured(count, 8, seed)
        numpy.savez(folder / f"{name}.npz", images=pixels, labels=labels)
    return folder / "train.npz", folder / "test.npz"


def options(cell: Path, data: tuple[Path, Path], out: Path, *more: str) -> list[str]:
    return [
        str(cell), f"--train={data[0]}", f"--test={data[1]}", f"--out={out}", "--recipe=cifar",
        "--resolution=8", "--loading-resolution=8", "--batch=32", "--epochs=4", "--threads=1", *more,
    ]  # fmt: skip


def run(arguments: list[str], **settings: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tfnas.train", *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        **settings,
    )


# The schedule


def test_the_learning_rate_rises_and_falls_in_one_cycle() -> None:
    images_, epochs, rise, height, whole = 1000, 10, 2.0, 0.2, 50
    rates = [
        learning_rate(seen, height, images_, epochs, rise)
        for seen in range(whole, images_ * epochs + 1, whole)
    ]
    top = rates.index(max(rates))
    assert abs((top + 1) * whole - rise * images_) <= whole
    assert rates[:top] == sorted(rates[:top])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert max(rates) == pytest.approx(height, rel=1e-3)
    assert 0 <= rates[-1] < 1e-6 * height
    middle = learning_rate(6000 - 1, height, images_, epochs, rise)
    assert middle == pytest.approx(height / 2)


def test_without_a_rise_it_starts_at_its_height() -> None:
    assert learning_rate(1, 0.1, 1000, 10, 0) == pytest.approx(0.1, rel=1e-5)


def test_the_published_recipe_has_the_published_numbers() -> None:
    plan = RECIPES["published"]
    assert plan.learning_rate(processes=8) == pytest.approx(0.2)
    assert (plan.epochs, plan.warmup_epochs, plan.weight_decay) == (480, 5, 4e-5)
    assert (plan.mixup, plan.label_smoothing, plan.norm_momentum) == (0.2, 0.1, 0.01)


# Data


def test_every_reader_gives_the_same_images(tmp_path: Path) -> None:
    from PIL import Image

    pixels, labels = coloured(40, 32, 5)
    numpy.savez(tmp_path / "a.npz", images=pixels, labels=labels)
    numpy.savez(tmp_path / "b.npz", images=pixels.transpose(0, 2, 3, 1), labels=labels[:, None])
    records = [bytes([label]) + image.tobytes() for image, label in zip(pixels, labels)]
    (tmp_path / "cifar").mkdir()
    (tmp_path / "cifar/data_batch_1.bin").write_bytes(b"".join(records[:25]))
    (tmp_path / "cifar/data_batch_2.bin").write_bytes(b"".join(records[25:]))
    fine = [b"\x03" + record for record in records]
    (tmp_path / "hundred").mkdir()
    (tmp_path / "hundred/train.bin").write_bytes(b"".join(fine))
    for number, (image, label) in enumerate(zip(pixels, labels)):
        folder = tmp_path / f"folder/train/class{label}"
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image.transpose(1, 2, 0)).save(folder / f"{number:03}.png")
    readers = [images.read(tmp_path / name, "train") for name in ("a.npz", "b.npz", "cifar", "hundred")]
    for reader in readers:
        assert reader.labels == list(labels)
        assert reader.classes == 10
        for number in (0, 24, 39):
            seen = numpy.asarray(reader.picture(number)).transpose(2, 0, 1)
            assert numpy.array_equal(seen, pixels[number])
    folder_reader = images.read(tmp_path / "folder", "train")
    order = sorted(range(40), key=lambda number: (labels[number], number))
    assert folder_reader.labels == [labels[number] for number in order]
    for place in (0, 17, 39):
        seen = numpy.asarray(folder_reader.picture(place)).transpose(2, 0, 1)
        assert numpy.array_equal(seen, pixels[order[place]])


def write_archive(path: Path, **arrays: Any) -> Path:
    numpy.savez(path, **arrays)
    return path


BROKEN: list[tuple[str, Any, str]] = [
    ("missing", lambda p: p / "no.npz", "no such"),
    ("no archive", lambda p: p.joinpath("x.npz").write_bytes(b"PK hello") and p / "x.npz", "x.npz"),
    ("no labels", lambda p: write_archive(p / "x.npz", images=numpy.zeros((2, 3, 4, 4), "u1")), "labels"),
    ("floats", lambda p: write_archive(p / "x.npz", images=numpy.zeros((2, 3, 4, 4)),
     labels=numpy.zeros(2, int)), "float64"),
    ("two channels", lambda p: write_archive(p / "x.npz", images=numpy.zeros((2, 2, 4, 4), "u1"),
     labels=numpy.zeros(2, int)), "3 channels"),
    ("labels too few", lambda p: write_archive(p / "x.npz", images=numpy.zeros((2, 3, 4, 4), "u1"),
     labels=numpy.zeros(1, int)), "2 images"),
    ("negative", lambda p: write_archive(p / "x.npz", images=numpy.zeros((2, 3, 4, 4), "u1"),
     labels=numpy.array([0, -1])), "image 1"),
    ("none", lambda p: write_archive(p / "x.npz", images=numpy.zeros((0, 3, 4, 4), "u1"),
     labels=numpy.zeros(0, int)), "no image"),
    ("bytes", lambda p: p.joinpath("x.bin").write_bytes(b"abc") and p / "x.bin", "3 bytes"),
    ("empty folder", lambda p: p, "folders of classes"),
    ("class without images", lambda p: (p / "train/a").mkdir(parents=True) or p, "no image"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "word"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_broken_data_are_one_line(tmp_path: Path, make: Any, word: str) -> None:
    with pytest.raises(tfnas.InputError, match=word) as caught:
        images.read(make(tmp_path), "train")
    assert "\n" not in str(caught.value)


def test_batches_are_shared_out_and_none_is_left_out_of_a_test() -> None:
    parts = [images.Batches(103, 8, 3, 7, rank, 3) for rank in range(3)]
    seen = [number for part in parts for step in part for _, number in step]
    assert len(seen) == len(set(seen)) == 103 // 24 * 24
    assert len({len(part) for part in parts}) == 1
    tests = [images.Batches(103, 8, 0, None, rank, 3) for rank in range(3)]
    seen = [number for part in tests for step in part for _, number in step]
    assert sorted(seen) == list(range(103))
    other = [number for step in images.Batches(103, 8, 4, 7) for _, number in step]
    first = [number for step in images.Batches(103, 8, 3, 7) for _, number in step]
    assert other != first
    rest = list(images.Batches(103, 8, 3, 7, start=5))
    assert rest == list(images.Batches(103, 8, 3, 7))[5:]


# Augmentation


@pytest.mark.parametrize("name", ["published", "short", "cifar"])
def test_augmentation_is_a_function_of_its_draw(name: str) -> None:
    from PIL import Image

    plan = RECIPES[name]
    pixels = numpy.random.default_rng(0).integers(0, 255, (50, 70, 3)).astype(numpy.uint8)
    picture = Image.fromarray(pixels)
    steps = augmentation.training(plan)
    first, again, other = (steps(picture, random.Random(seed)) for seed in (1, 1, 2))
    size = plan.loading_resolution
    assert first.shape == (3, size, size)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert numpy.array_equal(numpy.asarray(picture), pixels)
    test = augmentation.evaluation(plan)
    assert torch.equal(test(picture, random.Random(1)), test(picture, random.Random(2)))
    assert test(picture, random.Random(1)).shape == (3, size, size)


def test_every_operation_of_the_policy_keeps_the_size_and_changes_with_its_level() -> None:
    from PIL import Image

    pixels = numpy.random.default_rng(1).integers(30, 220, (32, 32, 3)).astype(numpy.uint8)
    picture = Image.fromarray(pixels)
    for name, operation in augmentation._OPERATIONS.items():
        strong = operation(picture, 9, random.Random(0))
        assert strong.size == picture.size
        assert not numpy.array_equal(numpy.asarray(strong), numpy.asarray(picture)), name
        if name in ("rotate", "color", "contrast", "sharpness", "shearX", "solarize", "posterize"):
            none = numpy.asarray(operation(picture, 0, random.Random(0))).astype(int)
            assert abs(none - numpy.asarray(picture).astype(int)).max() <= 1, name
    assert len(augmentation._POLICY) == 25


def test_erasing_fills_a_rectangle_of_its_area() -> None:
    shares = []
    for seed in range(300):
        pixels = augmentation._erase(torch.ones(3, 64, 64), random.Random(seed))
        zeros = (pixels == 0).all(0)
        if zeros.any():
            rows, columns = zeros.any(1).sum().item(), zeros.any(0).sum().item()
            assert zeros.sum().item() == rows * columns
            shares.append(rows * columns / 4096)
    assert 100 < len(shares) < 200
    assert min(shares) > 0.015
    assert max(shares) < 0.35


def test_mixup_mixes_images_and_targets_alike() -> None:
    pixels = torch.eye(6).reshape(6, 1, 1, 6)
    wanted = torch.eye(6)
    mixed_pixels, mixed_wanted = distillation.mixed(pixels, wanted, 0.2, 11)
    assert torch.equal(mixed_pixels.reshape(6, 6), mixed_wanted)
    assert torch.allclose(mixed_wanted.sum(1), torch.ones(6))
    same, _ = distillation.mixed(pixels, wanted, 0.0, 11)
    assert same is pixels


def test_smoothed_targets_and_their_cross_entropy() -> None:
    wanted = distillation.targets(torch.tensor([2]), 10, 0.1)
    assert wanted[0, 2].item() == pytest.approx(0.9 + 0.01)
    assert wanted.sum().item() == pytest.approx(1)
    logits = torch.randn(5, 10, dtype=torch.float64)
    labels = torch.arange(5)
    ours = distillation.cross_entropy(logits, distillation.targets(labels, 10, 0.1))
    theirs = torch.nn.functional.cross_entropy(logits, labels, label_smoothing=0.1)
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-6)


# Networks


def test_squeeze_and_excitation_goes_into_every_inverted_residual(chain: Path) -> None:
    network = students.load(str(chain))
    before = sum(each.numel() for each in network.parameters())
    plan = RECIPES["published"].changed(resolution=64, loading_resolution=64)
    changes = students.prepare(network, plan)
    assert "8 inverted residuals" in changes[0]
    after = sum(each.numel() for each in network.parameters())
    expected = sum(
        2 * part.norm.num_features * hidden + 2 * hidden + 2 * part.norm.num_features
        for part in network.modules()
        if isinstance(part, students.SqueezeExcitation)
        for hidden in [part.squeeze.out_channels]
    )
    assert after - before == expected
    assert network.eval()(torch.randn(2, 3, 64, 64)).shape == (2, 10)
    for name, part in network.named_modules():
        if isinstance(part, torch.nn.BatchNorm2d):
            assert part.momentum == 0.01
            if name.endswith("project_norm"):
                assert part.weight.abs().sum() == 0
    names = set(students.portable_state(network))
    assert "blocks.1.units.0.squeeze.weight" in names
    assert "blocks.1.units.0.depthwise_norm.weight" in names
    assert not any("depthwise_norm.norm" in name for name in names)


def test_squeeze_and_excitation_computes_its_formula() -> None:
    norm = torch.nn.BatchNorm2d(8, eps=1e-3)
    part = students.SqueezeExcitation(norm).eval()
    maps = torch.randn(2, 8, 5, 5)
    rectified = torch.relu(norm.eval()(maps))
    hidden = torch.relu(part.squeeze(rectified.mean((2, 3), keepdim=True)) / math.sqrt(1 + 1e-3))
    factors = torch.sigmoid(part.excite(hidden) / math.sqrt(1 + 1e-3))
    assert torch.allclose(part(maps), rectified * factors, atol=1e-6)
    assert torch.equal(torch.relu(part(maps)), part(maps))


def test_feature_maps_of_a_chain_are_those_of_its_first_blocks(chain: Path) -> None:
    network = students.load(str(chain))
    found = taps.find(network, 64, [])
    # Strides 2, 2, 2, 2: the blocks 3 and 4 are the first at a sixteenth and a thirty-second.
    assert [(tap.channels, tap.size) for tap in found] == [(24, 4), (32, 2)]
    listening = taps.Taps(network, found)
    network.eval()(torch.randn(3, 3, 64, 64))
    maps = listening.take()
    assert [tuple(each.shape) for each in maps] == [(3, 24, 4, 4), (3, 32, 2, 2)]
    assert all((each >= 0).all() for each in maps)


def test_the_published_teacher_is_tapped_where_the_recipe_says() -> None:
    need("timm")
    timm = need("timm")
    model = timm.create_model("tf_efficientnet_b3", pretrained=False)
    found = taps.find(model.eval(), 320, teachers.DEFAULT_FEATURES["tf_efficientnet_b3"])
    assert [(tap.channels, tap.size) for tap in found] == [(96, 20), (1536, 10)]
    listening = taps.Taps(model, found)
    after: list[Any] = []
    model.bn2.register_forward_hook(lambda module, inputs, output: after.append(output))
    with torch.no_grad():
        model(torch.randn(1, 3, 320, 320))
    last = listening.take()[1]
    assert not torch.allclose(last, after[0], rtol=0.1, atol=0)
    assert torch.allclose(torch.nn.functional.silu(last), after[0], rtol=1e-4, atol=1e-9)


# The whole


def test_it_learns_and_says_so(cell: Path, data: tuple[Path, Path], tmp_path: Path) -> None:
    done = run(options(cell, data, tmp_path / "out", "--ema=0.9", "--epochs=6"))
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["bestAccuracy"] > 60
    lines = (tmp_path / "out/log.jsonl").read_text().splitlines()
    assert [json.loads(line)["epoch"] for line in lines] == list(range(1, 7))
    from safetensors.torch import load_file

    network = students.load(str(cell))
    network.load_state_dict(load_file(result["bestWeights"]))
    pixels = images.read(data[1], "test")
    steps = augmentation.evaluation(RECIPES["cifar"].changed(loading_resolution=8))
    batch = torch.stack([steps(pixels.picture(n), random.Random(0)) for n in range(100)])
    right = (network.eval()(batch).argmax(1) == torch.tensor(pixels.labels)).float().mean()
    assert right.item() * 100 == pytest.approx(result["bestAccuracy"], abs=1.01)


def weights(out: Path) -> bytes:
    return (out / "last.safetensors").read_bytes()


@pytest.mark.parametrize("after", [1, 3])
def test_a_killed_training_goes_on_to_the_same_weights(
    cell: Path, data: tuple[Path, Path], tmp_path: Path, after: int
) -> None:
    more = ["--ema=0.9", "--mixup=0.2", "--checkpoint-seconds=0"]
    whole = run(options(cell, data, tmp_path / "whole", *more))
    assert whole.returncode == 0, whole.stderr
    arguments = options(cell, data, tmp_path / "parts", *more)
    child = subprocess.Popen(
        [sys.executable, "-m", "tfnas.train", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stderr is not None
    for line in child.stderr:
        if line.startswith(f"epoch {after} "):
            break
    # Somewhere within the next epoch, which has ten steps.
    time.sleep(random.Random(after).uniform(0.0, 0.2))
    child.kill()
    child.wait()
    child.stderr.close()
    again = run(arguments)
    assert again.returncode == 0, again.stderr
    assert weights(tmp_path / "parts") == weights(tmp_path / "whole")
    for name in ("log.jsonl", "best.safetensors"):
        parts, whole_file = tmp_path / "parts" / name, tmp_path / "whole" / name
        assert parts.read_bytes() == whole_file.read_bytes(), name


def test_sigterm_finishes_the_step_and_says_how_to_go_on(
    cell: Path, data: tuple[Path, Path], tmp_path: Path
) -> None:
    arguments = options(cell, data, tmp_path / "out", "--epochs=200")
    child = subprocess.Popen(
        [sys.executable, "-m", "tfnas.train", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stderr is not None
    for line in child.stderr:
        if line.startswith("epoch 1 "):
            break
    second = run(arguments)
    assert second.returncode == 73
    assert "another training" in second.stderr
    child.send_signal(signal.SIGTERM)
    rest = child.stderr.read()
    assert child.wait(timeout=60) == 75
    child.stderr.close()
    assert "go on with" in rest
    assert "--epochs=200" in rest
    assert (tmp_path / "out/checkpoint.pt").is_file()


def test_two_processes_share_the_work_and_go_on_after_a_kill(
    cell: Path, data: tuple[Path, Path], tmp_path: Path
) -> None:
    def launch(out: Path) -> subprocess.Popen[str]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        return subprocess.Popen(
            [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2",
             "--master-addr=127.0.0.1", f"--master-port={port}", "-m", "tfnas.train",
             *options(cell, data, out, "--batch=16", "--checkpoint-seconds=0")],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip

    whole = launch(tmp_path / "whole")
    output, errors = whole.communicate(timeout=400)
    assert whole.returncode == 0, errors[-2000:]
    assert output.count("bestAccuracy") == 1
    assert json.loads(output.splitlines()[-1])["bestAccuracy"] > 30
    killed = launch(tmp_path / "parts")
    assert killed.stderr is not None
    for line in killed.stderr:
        if line.startswith("epoch 2 "):
            break
    children = Path(f"/proc/{killed.pid}/task/{killed.pid}/children").read_text().split()
    for pid in [killed.pid, *map(int, children)]:
        os.kill(pid, signal.SIGKILL)
    killed.communicate(timeout=60)
    again = launch(tmp_path / "parts")
    _, errors = again.communicate(timeout=400)
    assert again.returncode == 0, errors[-2000:]
    assert "epoch 1 " not in errors
    assert weights(tmp_path / "parts") == weights(tmp_path / "whole")


def test_a_teacher_is_learned_from(
    chain: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for name, count, seed in (("train", 64, 1), ("test", 20, 2)):
        pixels, labels = coloured(count, 64, seed)
        numpy.savez(tmp_path / f"{name}.npz", images=pixels, labels=labels)
    done = run([
        str(chain), f"--train={tmp_path}/train.npz", f"--test={tmp_path}/test.npz",
        f"--out={tmp_path}/out", f"--teacher={chain}", "--resolution=64", "--loading-resolution=96",
        "--batch=16", "--epochs=2", "--warmup-epochs=1", "--threads=1", "--precision=mixed",
    ])  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "feature maps" in done.stderr
    assert json.loads(done.stdout)["epochs"] == 2


def test_the_dry_run_says_everything_and_writes_nothing(
    cell: Path, data: tuple[Path, Path], tmp_path: Path
) -> None:
    done = run(options(cell, data, tmp_path / "out", "--dry-run"))
    assert done.returncode == 0, done.stderr
    for word in ("student", "images", "epochs", "optimiser", "time", "s a step", "in all"):
        assert word in done.stdout
    assert not (tmp_path / "out").exists()


MISUSE: list[tuple[str, list[str], int, str]] = [
    ("no student", ["nothing"], 66, "nothing"),
    ("function", ["no.such:thing"], 65, "no.such"),
    ("no module", ["math:sqrt"], 65, "math:sqrt"),
    ("no teacher", ["--recipe=published", "--warmup-epochs=1"], 64, "--teacher"),
    ("teacher for nothing", ["--teacher=x"], 64, "--teacher"),
    ("epochs", ["--epochs=0"], 64, "--epochs"),
    ("words", ["--epochs=many"], 64, "--epochs"),
    ("unknown", ["--colour=3"], 64, "--colour"),
    ("augmentation", ["--augmentation=magic"], 64, "magic"),
    ("batch", ["--batch=4096"], 64, "4096"),
    ("squeeze", ["--squeeze-excitation"], 64, "inverted residuals"),
    ("out", ["--out=/dev/null/x"], 73, "/dev/null/x"),
    ("data", ["--train=/no/data"], 66, "/no/data"),
]


@pytest.mark.parametrize(
    ("more", "code", "word"), [case[1:] for case in MISUSE], ids=[case[0] for case in MISUSE]
)
def test_misuse_is_one_line_and_its_code(
    cell: Path,
    data: tuple[Path, Path],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    more: list[str],
    code: int,
    word: str,
) -> None:
    arguments = options(cell, data, tmp_path / "out", *more)
    if not more[0].startswith("-"):
        arguments = arguments[1:]
        arguments.remove(more[0])
        arguments.insert(0, more[0])
    try:
        seen = main(arguments)
    except SystemExit as exit_:
        seen = int(str(exit_.code))
    assert seen == code
    lines = [line for line in capfd.readouterr().err.splitlines() if line.startswith("tfnas.train")]
    assert len(lines) == 1
    assert word in lines[0]


def test_a_checkpoint_of_another_training_is_refused(
    cell: Path, data: tuple[Path, Path], tmp_path: Path
) -> None:
    assert run(options(cell, data, tmp_path / "out", "--epochs=1")).returncode == 0
    other = run(options(cell, data, tmp_path / "out", "--epochs=2"))
    assert other.returncode == 65
    assert "epochs was 1, and is 2" in other.stderr
    (tmp_path / "out/checkpoint.pt").write_bytes(b"hello")
    broken = run(options(cell, data, tmp_path / "out", "--epochs=1"))
    assert broken.returncode == 65
    assert "no checkpoint" in broken.stderr
