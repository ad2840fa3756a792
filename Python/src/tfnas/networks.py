"""What counts as a network, and how each kind reaches the command."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Union

from .errors import CannotWriteError, InputError, MissingInputError, UsageError

if TYPE_CHECKING:
    import onnx
    import torch

__all__ = ["Network", "Networks", "Source", "sources"]

#: A network: a PyTorch module, the path of an ONNX file, an ONNX model, or an architecture of a
#: search space as text, index or operations.
Network = Union["torch.nn.Module", "os.PathLike[str]", "onnx.ModelProto", str, int, Sequence[int]]

#: One network, several, or several with names.
Networks = Union[Network, Iterable[Network], Mapping[str, Network]]


@dataclass(frozen=True)
class Source:
    """A network in a form that can be sent anywhere.

    Attributes:
        name: What the results call it; empty where the command's own name for it is used.
        text: An architecture, or the path of a file or folder.
        model: The serialised ONNX model, where there is no file.
        is_file: Whether `text` is a path.
    """

    name: str
    text: str = ""
    model: Optional[bytes] = None
    is_file: bool = False

    def argument(self, folder: Path, number: int) -> str:
        """The command's argument for it; a model is written into the folder."""
        if self.model is None:
            return self.text
        # The number makes the name unique, the rest of it is for messages.
        tidy = re.sub(r"[^A-Za-z0-9_.-]+", "-", self.name)[:80] or "network"
        path = folder / f"{number:06}-{tidy}.onnx"
        try:
            path.write_bytes(self.model)
        except OSError as error:
            raise CannotWriteError(f"{path}: {error.strerror}") from error
        return str(path)

    def portable(self) -> Source:
        """The same network without a need for this machine's files."""
        if not self.is_file:
            return self
        path = Path(self.text)
        if path.is_dir():
            raise UsageError(f"{path}: a folder cannot be sent to an executor; give the files in it")
        try:
            return Source(self.name or str(path), model=path.read_bytes())
        except OSError as error:
            raise MissingInputError(f"{path}: {error.strerror}") from error


def sources(networks: Networks, input_shape: Optional[Sequence[int]], batch: Optional[int]) -> list[Source]:
    """Networks in a form that can be sent anywhere.

    Args:
        networks: One network, several, or several with names.
        input_shape: Channels, height and width of an image, for modules.
        batch: The batch size that a module is exported for where it takes no other.

    Raises:
        InputError: Something is no network, or a module cannot be exported.
        UsageError: There is none.
    """
    if isinstance(networks, Mapping):
        named = [(str(name), network) for name, network in networks.items()]
    elif _is_one(networks):
        named = [("", networks)]
    elif isinstance(networks, Iterable):
        named = [("", network) for network in networks]
    else:
        raise InputError(f"{_described(networks)} is no network")
    if not named:
        raise UsageError("no network is given")
    found = [_source(name, network, input_shape, batch) for name, network in named]
    return _distinct(found)


def _is_one(networks: Any) -> bool:
    if isinstance(networks, (str, bytes, int, os.PathLike)):
        return True
    # A tuple of six operations is one cell; a list of six indices is six networks.
    if isinstance(networks, tuple):
        return bool(networks) and all(isinstance(item, int) for item in networks)
    return _is_module(networks) or _is_model(networks)


def _is_module(value: Any) -> bool:
    # What has not been imported cannot be an instance: torch is not loaded for a text.
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.nn.Module)


def _is_model(value: Any) -> bool:
    onnx = sys.modules.get("onnx")
    return onnx is not None and isinstance(value, onnx.ModelProto)


def _source(name: str, network: Any, input_shape: Optional[Sequence[int]], batch: Optional[int]) -> Source:
    if _is_module(network):
        from .exporting import to_onnx

        model = to_onnx(network, input_shape=input_shape or (3, 224, 224), batch=batch)
        return Source(name or type(network).__name__, model=_serialised(model))
    if _is_model(network):
        return Source(name or network.graph.name or "model", model=_serialised(network))
    if isinstance(network, os.PathLike):
        return _file(name, os.fspath(network))
    if isinstance(network, str):
        text = network.strip()
        if text.endswith(".onnx") or (text and os.path.exists(text)):
            return _file(name, network)
        if not text:
            raise InputError("an empty text is no network")
        if "\n" in text or "\0" in text:
            raise InputError(f"{network[:60]!r} has more than one line, so it is no network")
        return Source(name, text)
    if isinstance(network, int) and not isinstance(network, bool):
        return Source(name, str(network))
    if isinstance(network, Sequence) and not isinstance(network, (bytes, bytearray)):
        operations = list(network)
        if operations and all(type(item) is int for item in operations):
            return Source(name, "(" + ", ".join(map(str, operations)) + ")")
    raise InputError(f"{_described(network)} is no network")


def _file(name: str, path: str) -> Source:
    if not os.path.exists(path):
        raise MissingInputError(f"{path}: there is no such file")
    # A leading hyphen would make it an option.
    return Source(name, os.path.join(".", path) if path.startswith("-") else path, is_file=True)


def _serialised(model: Any) -> bytes:
    try:
        return bytes(model.SerializeToString())
    except ValueError as error:
        raise InputError(
            f"the model cannot be written into one file, which holds 2 GB at most: {error}"
        ) from error


def _distinct(found: list[Source]) -> list[Source]:
    seen: dict[str, int] = {}
    distinct = []
    for source in found:
        if source.name:
            count = seen[source.name] = seen.get(source.name, 0) + 1
            if count > 1:
                source = Source(f"{source.name} ({count})", source.text, source.model, source.is_file)
        distinct.append(source)
    return distinct


def _described(value: Any) -> str:
    hint = " (call it to make an instance)" if isinstance(value, type) else ""
    return f"{value!r}"[:80] + hint + f" of type {type(value).__name__}"
