#!/usr/bin/env python3
"""Loads an exported network in PyTorch, runs it, and prints what it is and what it gives as JSON.

    pytorch_logits.py DIRECTORY IMAGES [double]

DIRECTORY holds network.py and weights.safetensors as `tfnas export` writes them; IMAGES is a
safetensors file with the tensor `input`. Needs numpy and torch, and no reader of safetensors.
"""

import importlib.util
import json
import pathlib
import struct
import sys

import numpy
import torch


def load(path):
    """The tensors of a safetensors file, in the order of its header."""
    data = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    types = {"F32": numpy.float32, "I32": numpy.int32}
    tensors = {}
    for name, entry in header.items():
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        numbers = numpy.frombuffer(data[start:end], types[entry["dtype"]])
        tensors[name] = torch.from_numpy(numbers.copy()).reshape(entry["shape"])
    return tensors


def main(directory, images, precision="float"):
    directory = pathlib.Path(directory)
    spec = importlib.util.spec_from_file_location("network", directory / "network.py")
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    spec.loader.exec_module(module)
    network = module.Network()
    # Strict: a name or shape that does not fit is an error.
    network.load_state_dict(load(directory / "weights.safetensors"))
    pixels = load(images)["input"]
    if precision == "double":
        network, pixels = network.double(), pixels.double()
    with torch.no_grad():
        # First by the running statistics as they were loaded: training mode changes them.
        fresh = network.eval()(pixels)
        batch = network.train()(pixels)
    print(
        json.dumps(
            {
                "parameters": [name for name, _ in network.named_parameters()],
                "shapes": [list(value.shape) for value in network.parameters()],
                "state": list(network.state_dict()),
                "eval": fresh.tolist(),
                "train": batch.tolist(),
            }
        )
    )


main(*sys.argv[1:])
