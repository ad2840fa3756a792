"""From a PyTorch module to an ONNX model, in memory and without folding anything into weights.

An exporter that prepares a network for inference multiplies batch normalisations into the
convolutions before them. Scores at initialisation need them where they are.
"""

from __future__ import annotations

import contextlib
import copy
import io
import logging
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Optional

import torch

from .errors import InputError, UsageError

if TYPE_CHECKING:
    import onnx

__all__ = ["to_onnx"]

logger = logging.getLogger("tfnas")

Attempt = Callable[[torch.nn.Module, torch.Tensor], "onnx.ModelProto"]


def to_onnx(
    module: torch.nn.Module,
    *,
    input_shape: Sequence[int] = (3, 224, 224),
    batch: Optional[int] = None,
    exporter: Optional[str] = None,
) -> onnx.ModelProto:
    """Exports a module with its batch normalisations, parameters and buffers as they are.

    The module itself is not touched: a copy of it, on the CPU, without its hooks and in
    evaluation mode, is what runs.

    Args:
        module: A classifier: one tensor of images in, one of logits out, or an output whose
            ``logits``, ``"logits"``, ``"out"`` or first element they are.
        input_shape: Channels, height and width of an image.
        batch: The batch size of a module that takes no other. Where the exporter can, the batch
            stays open whatever this is.
        exporter: ``"torchscript"`` or ``"dynamo"``; by default the first, and the second where
            the first fails.

    Returns:
        The model. Its one input is ``input``, its one output ``logits``.

    Raises:
        InputError: The module does not run on such an input, is no classifier, or neither
            exporter can write it.
        UsageError: An argument is wrong.
    """
    shape = _checked(input_shape)
    if exporter not in (None, "dynamo", "torchscript"):
        raise UsageError(f"exporter must be 'dynamo' or 'torchscript', not {exporter!r}")
    # Two images, because a batch of one would be taken for a constant.
    size = 2 if batch is None else batch
    if size < 1:
        raise UsageError(f"batch must be at least 1, not {batch}")
    with _undisturbed():
        model = _copied(module)
        images = torch.zeros((max(size, 2), *shape), dtype=_dtype(model))
        model = _classifier(model, module, images)
        failures = []
        for name, attempt in _attempts(exporter):
            try:
                return attempt(model, images)
            except ImportError as error:
                raise UsageError(f"exporting a module: {error}: pip install tfnas[torch]") from error
            except Exception as error:
                logger.debug("%s: %s", name, error, exc_info=True)
                failures.append(f"{name}: {_first_line(error)}")
    raise InputError(f"{type(module).__name__} cannot be exported: " + "; ".join(failures))


def _checked(input_shape: Sequence[int]) -> tuple[int, ...]:
    shape = tuple(input_shape) if isinstance(input_shape, Sequence) else ()
    if len(shape) != 3 or not all(isinstance(size, int) and size > 0 for size in shape):
        raise UsageError(
            f"input_shape must be channels, height and width, such as (3, 224, 224), not {input_shape!r}"
        )
    return shape


def _attempts(exporter: Optional[str]) -> list[tuple[str, Attempt]]:
    attempts: list[tuple[str, Attempt]] = [("torchscript", _by_torchscript), ("dynamo", _by_dynamo)]
    return [attempt for attempt in attempts if exporter in (None, attempt[0])]


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Keeps the random state, gradients' mode and warnings of the caller as they are."""
    with torch.random.fork_rng(devices=[]), torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _copied(module: torch.nn.Module) -> torch.nn.Module:
    # Weights that a hook computes are no leaves, which refuse to be copied.
    computed: dict[int, Any] = {
        id(value): value.detach().clone()
        for part in module.modules()
        for value in vars(part).values()
        if isinstance(value, torch.Tensor) and not value.is_leaf
    }
    try:
        model = copy.deepcopy(module, computed)
    except Exception as error:
        raise InputError(f"{type(module).__name__} cannot be copied: {_first_line(error)}") from error
    for part in model.modules():
        _drop_hooks(part)
    model = model.cpu().eval()
    if _dtype(model) in (torch.float16, torch.bfloat16):
        model = model.float()
    return model


def _drop_hooks(part: torch.nn.Module) -> None:
    """Drops a user's hooks, which would see the images of the export.

    Hooks of ``torch.nn.utils`` compute weights (weight and spectral normalisation, pruning), so
    they belong to the network.
    """
    for attribute in ("_forward_pre_hooks", "_forward_hooks"):
        hooks = getattr(part, attribute)
        for key in list(hooks):
            if not type(hooks[key]).__module__.startswith("torch.nn.utils"):
                del hooks[key]
                for flags in ("_with_kwargs", "_always_called"):
                    getattr(part, attribute + flags, {}).pop(key, None)
    part._backward_hooks.clear()
    part._backward_pre_hooks.clear()


def _dtype(module: torch.nn.Module) -> torch.dtype:
    for parameter in module.parameters():
        if parameter.is_floating_point():
            return parameter.dtype
    return torch.float32


_WRAPPED = "network."


class _Logits(torch.nn.Module):
    """A network whose output is the logits alone."""

    def __init__(self, network: torch.nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: torch.Tensor) -> Any:
        return _logits(self.network(images))


def _logits(output: Any) -> Any:
    if isinstance(output, torch.Tensor):
        return output
    if hasattr(output, "logits"):
        return output.logits
    if isinstance(output, Mapping):
        for key in ("logits", "out"):
            if key in output:
                return output[key]
        return next(iter(output.values()), None)
    if isinstance(output, Sequence) and output:
        return output[0]
    return output


def _classifier(model: torch.nn.Module, module: torch.nn.Module, images: torch.Tensor) -> torch.nn.Module:
    """The model, with nothing but logits as its output, after it ran once."""
    name = type(module).__name__
    try:
        output = model(images)
    except Exception as error:
        raise InputError(
            f"{name} does not run on images of shape {list(images.shape)}: {_first_line(error)}"
        ) from error
    logits = _logits(output)
    if not isinstance(logits, torch.Tensor) or logits.dim() != 2:
        seen = list(logits.shape) if isinstance(logits, torch.Tensor) else type(logits).__name__
        raise InputError(
            f"{name} is no classifier: it gives {seen} for {images.shape[0]} images, not [images, classes]"
        )
    return model if logits is output else _Logits(model)


def _by_dynamo(model: torch.nn.Module, images: torch.Tensor) -> onnx.ModelProto:
    try:
        return _dynamo(model, images, ({0: torch.export.Dim("batch")},))
    except Exception as error:
        # A network that counts its images, as some attention does, has a batch of its own.
        logger.debug("the batch is fixed: %s", error)
        return _dynamo(model, images, None)


def _dynamo(model: torch.nn.Module, images: torch.Tensor, shapes: Any) -> onnx.ModelProto:
    with contextlib.redirect_stdout(io.StringIO()), _quiet():
        program: Any = torch.onnx.export(
            model,
            (images,),
            input_names=["input"],
            output_names=["logits"],
            dynamic_shapes=shapes,
            dynamo=True,
            # The optimiser folds constants and batch normalisations.
            optimize=False,
            verbose=False,
        )
    proto: onnx.ModelProto = program.model_proto
    return _plain_names(proto) if isinstance(model, _Logits) else proto


def _by_torchscript(model: torch.nn.Module, images: torch.Tensor) -> onnx.ModelProto:
    import onnx

    # This exporter merges parameters with equal values, as all scales at initialisation are, unless
    # what it exports says that it trains. The network inside is in evaluation mode all the same.
    outer = model if isinstance(model, _Logits) else _Logits(model)
    outer.training = True
    file: Any = io.BytesIO()
    with contextlib.redirect_stdout(io.StringIO()), _quiet():
        torch.onnx.export(
            outer,
            (images,),
            file,
            input_names=["input"],
            output_names=["logits"],
            dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}},
            dynamo=False,
            # Other than PRESERVE, the exporter folds batch normalisations; the model is in
            # evaluation mode already.
            training=torch.onnx.TrainingMode.PRESERVE,
            do_constant_folding=False,
        )
    return _plain_names(onnx.load_from_string(file.getvalue()))


def _plain_names(model: onnx.ModelProto) -> onnx.ModelProto:
    """Takes the name of the wrapper out of the names of parameters."""
    for initializer in model.graph.initializer:
        initializer.name = initializer.name.removeprefix(_WRAPPED)
    for value in model.graph.value_info:
        value.name = value.name.removeprefix(_WRAPPED)
    for node in model.graph.node:
        for place, name in enumerate(node.input):
            node.input[place] = name.removeprefix(_WRAPPED)
    return model


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "onnxscript", "torch.export")]
    levels = [each.level for each in loggers]
    for each in loggers:
        each.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for each, level in zip(loggers, levels):
            each.setLevel(level)


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
