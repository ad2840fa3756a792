#!/usr/bin/env python3
"""Runs exported operators in PyTorch and ONNX, and prints what they give as JSON.

    operator_exports.py CASES

CASES is a JSON file with a list of operators: the PyTorch module and expression, the ONNX nodes, and numbers
of inputs, parameters and the cotangent of the output. PyTorch computes in double, and gives the derivatives by
the inputs too; ONNX computes in 32 bits, and is left out where onnxruntime is missing.
"""

import json
import sys

import torch
import torch.nn as nn
import torch.nn.functional as functional

try:
    import onnx
    import onnxruntime
except ImportError:
    onnx = None


def tensor(entry):
    return torch.tensor(entry["values"], dtype=torch.float64).reshape(entry["shape"])


def in_pytorch(case):
    """The value, and the derivatives of its product with the cotangent."""
    inputs = [tensor(entry).requires_grad_() for entry in case["inputs"]]
    scope = {"torch": torch, "nn": nn, "functional": functional}
    scope.update({f"x{place}": value for place, value in enumerate(inputs)})
    if case.get("module"):
        module = eval(case["module"], scope).double().eval()
        state = {entry["name"]: tensor(entry) for entry in case["parameters"] + case["buffers"]}
        missing, unexpected = module.load_state_dict(state, strict=False)
        missing = [name for name in missing if not name.endswith("num_batches_tracked")]
        assert not missing and not unexpected, (missing, unexpected)
        scope["module"] = module
    output = eval(case["expression"], scope)
    gradients = []
    if output.requires_grad:
        gradients = torch.autograd.grad(
            output, inputs, tensor(case["cotangent"]).reshape(output.shape), allow_unused=True
        )
    return {
        "shape": list(output.shape),
        "output": output.detach().reshape(-1).tolist(),
        "gradients": [
            (torch.zeros_like(x) if g is None else g).reshape(-1).tolist()
            for x, g in zip(inputs, gradients)
        ],
    }


def attribute(entry):
    kind, value = entry["kind"], entry["value"]
    if kind == "number":
        value = float(value)
    if kind == "integerTensor":
        value = onnx.helper.make_tensor("", onnx.TensorProto.INT64, [len(value)], value)
    if kind == "tensor":
        value = onnx.helper.make_tensor("", onnx.TensorProto.FLOAT, entry["shape"], value)
    return onnx.helper.make_attribute(entry["name"], value)


def in_onnx(case):
    """The value of the nodes as a model of their own."""
    nodes = []
    for entry in case["nodes"]:
        node = onnx.helper.make_node(entry["type"], entry["inputs"], [entry["output"]])
        node.attribute.extend(attribute(a) for a in entry["attributes"])
        nodes.append(node)
    kind = onnx.TensorProto.FLOAT
    inputs = [
        onnx.helper.make_tensor_value_info(f"x{place}", kind, ["batch"] + entry["shape"][1:])
        for place, entry in enumerate(case["inputs"])
    ]
    constants = [
        onnx.helper.make_tensor(entry["name"], kind, entry["shape"], entry["values"])
        for entry in case["parameters"] + case["buffers"]
    ]
    output = onnx.helper.make_tensor_value_info("y", kind, ["batch"] + case["cotangent"]["shape"][1:])
    graph = onnx.helper.make_graph(nodes, "operator", inputs, [output], constants)
    model = onnx.helper.make_model(
        graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8
    )
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    # What a source has no use for is no input of the session.
    known = {entry.name for entry in session.get_inputs()}
    values = {f"x{place}": tensor(entry).float().numpy() for place, entry in enumerate(case["inputs"])}
    result = session.run(["y"], {name: value for name, value in values.items() if name in known})[0]
    return {"shape": list(result.shape), "output": result.astype(float).reshape(-1).tolist()}


def attempt(function, case):
    try:
        return function(case)
    except Exception as error:
        return {"problem": f"{type(error).__name__}: {error}"}


def main(path):
    if onnx:
        onnxruntime.set_default_logger_severity(3)
    with open(path) as file:
        cases = json.load(file)
    results = []
    for case in cases:
        result = {"pytorch": attempt(in_pytorch, case)}
        if onnx:
            result["onnx"] = attempt(in_onnx, case)
        results.append(result)
    print(json.dumps(results))


main(*sys.argv[1:])
