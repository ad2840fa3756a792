"""Makes the small models of `Tests/InterchangeTests/Fixtures`.

    python Scripts/onnx_fixtures.py Tests/InterchangeTests/Fixtures

`sound` has models beside images and what onnxruntime makes of them; `bad` has models that must be refused, and
`bad.json` a part of the message for each. Only the package `onnx`, `onnxruntime` and NumPy are needed.
"""

import json
import pathlib
import sys

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

generator = numpy.random.default_rng(7)


def tensor(name, *shape, scale=0.3, kind=numpy.float32):
    values = generator.standard_normal(shape) * scale
    return numpy_helper.from_array(values.astype(kind), name)


def integers(name, values, kind=numpy.int64):
    return numpy_helper.from_array(numpy.array(values, dtype=kind), name)


def image(name="images", shape=("batch", 3, 8, 8), kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def logits(name="logits", shape=("batch", 4)):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def model(
    nodes, tensors=(), inputs=None, outputs=None, opset=17, ir=8, functions=(), domains=()
):
    graph = helper.make_graph(
        nodes, "graph", inputs or [image()], outputs or [logits()], list(tensors)
    )
    sets = [helper.make_opsetid("", opset)] + [helper.make_opsetid(d, 1) for d in domains]
    made = helper.make_model(
        graph, opset_imports=sets, functions=list(functions), producer_name="fixtures"
    )
    made.ir_version = ir
    return made


def node(kind, inputs, outputs, **attributes):
    return helper.make_node(kind, inputs, outputs, name=f"/{outputs[0]}", **attributes)


def head(value, width, opset=17):
    """A mean over places and a linear layer."""
    return [
        node("GlobalAveragePool", [value], ["mean"]),
        node("Flatten", ["mean"], ["vector"]),
        node("Gemm", ["vector", "head.weight", "head.bias"], ["logits"], transB=1),
    ], [tensor("head.weight", 4, width), tensor("head.bias", 4)]


def convolutional():
    nodes, tensors = head("sum", 6)
    statistics = numpy.abs(generator.standard_normal(6)).astype(numpy.float32) + 0.5
    return model(
        [
            node("Conv", ["images", "conv.weight"], ["conv"], pads=[1, 1, 1, 1], strides=[2, 2]),
            node("BatchNormalization", ["conv", "norm.weight", "norm.bias", "norm.mean", "norm.var"], ["norm"]),
            node("Relu", ["norm"], ["relu"]),
            node("Conv", ["relu", "next.weight", "next.bias"], ["next"], group=3, auto_pad="SAME_UPPER"),
            node("Sigmoid", ["next"], ["gate"]),
            node("Mul", ["next", "gate"], ["silu"]),
            node("Add", ["silu", "relu"], ["sum"]),
        ] + nodes,
        tensors + [
            tensor("conv.weight", 6, 3, 3, 3),
            tensor("norm.weight", 6), tensor("norm.bias", 6), tensor("norm.mean", 6),
            numpy_helper.from_array(statistics, "norm.var"),
            tensor("next.weight", 6, 2, 3, 3), tensor("next.bias", 6),
        ],
    )


def attention():
    """Tokens, shape arithmetic, a softmax of products, and a layer normalisation that is taken apart."""
    return model(
        [
            node("Conv", ["images", "patch.weight", "patch.bias"], ["patches"], strides=[4, 4]),
            node("Shape", ["patches"], ["shape"]),
            node("Gather", ["shape", "zero"], ["count"], axis=0),
            node("Unsqueeze", ["count", "axis0"], ["counts"]),
            node("Concat", ["counts", "rest"], ["target"], axis=0),
            node("Reshape", ["patches", "target"], ["rows"]),
            node("Transpose", ["rows"], ["tokens0"], perm=[0, 2, 1]),
            node("Add", ["tokens0", "position"], ["tokens"]),
            node("ReduceMean", ["tokens"], ["mean"], axes=[-1], keepdims=1),
            node("Sub", ["tokens", "mean"], ["centred"]),
            node("Pow", ["centred", "two"], ["square"]),
            node("ReduceMean", ["square"], ["variance"], axes=[-1], keepdims=1),
            node("Add", ["variance", "epsilon"], ["shifted"]),
            node("Sqrt", ["shifted"], ["root"]),
            node("Div", ["centred", "root"], ["quotient"]),
            node("Mul", ["quotient", "norm.weight"], ["scaled"]),
            node("Add", ["scaled", "norm.bias"], ["normed"]),
            node("MatMul", ["normed", "qkv.weight"], ["product"]),
            node("Add", ["product", "qkv.bias"], ["qkv"]),
            node("Split", ["qkv"], ["q", "k", "v"], axis=-1),
            node("Transpose", ["k"], ["kt"], perm=[0, 2, 1]),
            node("MatMul", ["q", "kt"], ["raw"]),
            node("Mul", ["raw", "scale"], ["scores"]),
            node("Softmax", ["scores"], ["weights"], axis=-1),
            node("MatMul", ["weights", "v"], ["mixed"]),
            node("ReduceMean", ["mixed"], ["pooled"], axes=[1], keepdims=0),
            node("Gemm", ["pooled", "head.weight", "head.bias"], ["logits"]),
        ],
        [
            tensor("patch.weight", 6, 3, 4, 4), tensor("patch.bias", 6),
            integers("zero", 0), integers("axis0", [0]), integers("rest", [6, -1]),
            tensor("position", 1, 4, 6),
            numpy_helper.from_array(numpy.float32(2), "two"),
            numpy_helper.from_array(numpy.float32(1e-5), "epsilon"),
            numpy_helper.from_array(numpy.float32(6**-0.5), "scale"),
            tensor("norm.weight", 6), tensor("norm.bias", 6),
            tensor("qkv.weight", 6, 18), tensor("qkv.bias", 18),
            tensor("head.weight", 6, 4), tensor("head.bias", 4),
        ],
    )


def functional():
    """A function with an attribute, a branch that is known, and numbers in other types."""
    double = helper.make_function(
        "own", "Twice", ["x"], ["y"],
        [
            helper.make_node("Elu", ["x"], ["z"]),
            helper.make_node("Add", ["z", "z"], ["y"]),
        ],
        [helper.make_opsetid("", 17)], [],
    )
    chosen = helper.make_graph([helper.make_node("Relu", ["twice"], ["yes"])], "yes", [], [logits("yes", None)])
    other = helper.make_graph([helper.make_node("Neg", ["twice"], ["no"])], "no", [], [logits("no", None)])
    nodes, tensors = head("branch", 3)
    half = numpy.array([[[[0.5]]], [[[-0.25]]], [[[1.5]]]], dtype=numpy.float16)
    return model(
        [
            node("Cast", ["half"], ["weights"], to=TensorProto.FLOAT),
            node("Conv", ["images", "weights"], ["conv"], group=3),
            helper.make_node("Twice", ["conv"], ["twice"], name="/twice", domain="own"),
            node("If", ["condition"], ["branch"], then_branch=chosen, else_branch=other),
        ] + nodes,
        tensors + [numpy_helper.from_array(half, "half"), integers("condition", True, bool)],
        functions=[double], domains=["own"],
    )


def channelslast():
    """Images with their channels last, as Keras has them."""
    nodes, tensors = head("relu", 4)
    return model(
        [
            node("Transpose", ["images"], ["first"], perm=[0, 3, 1, 2]),
            node("Conv", ["first", "conv.weight"], ["conv"]),
            node("Relu", ["conv"], ["relu"]),
        ] + nodes,
        tensors + [tensor("conv.weight", 4, 3, 1, 1)],
        inputs=[image(shape=("batch", 8, 8, 3))],
    )


def old():
    """Operator set 9: attributes that became inputs, a softmax over all later axes, initialisers as inputs."""
    weights = tensor("conv.weight", 4, 3, 1, 1)
    nodes, tensors = head("clip", 4)
    nodes[-1].output[0] = "raw"
    nodes[-1].name = "/raw"
    return model(
        [
            node("Conv", ["images", "conv.weight"], ["conv"]),
            node("Upsample", ["conv", "scales"], ["up"], mode="nearest"),
            node("Clip", ["up"], ["clip"], min=-0.5, max=0.5),
        ] + nodes + [node("Softmax", ["raw"], ["logits"], axis=1)],
        tensors + [weights, numpy_helper.from_array(numpy.array([1, 1, 2, 2], numpy.float32), "scales")],
        inputs=[image(), helper.make_tensor_value_info("conv.weight", TensorProto.FLOAT, [4, 3, 1, 1])],
        opset=9, ir=4,
    )


def fixed():
    """A batch of one, with shapes that say so."""
    nodes, tensors = head("maps", 4)
    return model(
        [
            node("Conv", ["images", "conv.weight"], ["conv"]),
            node("Reshape", ["conv", "flat"], ["rows"]),
            node("Softmax", ["rows"], ["shares"], axis=-1),
            node("Reshape", ["shares", "square"], ["maps"]),
        ] + nodes,
        tensors + [
            tensor("conv.weight", 4, 3, 1, 1), integers("flat", [1, 4, 64]), integers("square", [1, 4, 8, 8]),
        ],
        inputs=[image(shape=(1, 3, 8, 8))], outputs=[logits(shape=(1, 4))],
    )


SOUND = dict(
    convolutional=convolutional, attention=attention, functional=functional, channelslast=channelslast,
    old=old, fixed=fixed,
)


def bad():
    """Models that must be refused, and a part of the message for each."""
    weight = tensor("head.weight", 4, 3)
    mean = [node("GlobalAveragePool", ["images"], ["mean"]), node("Flatten", ["mean"], ["vector"])]
    gemm = node("Gemm", ["vector", "head.weight"], ["logits"], transB=1)

    def broken(name, value):
        made = onnx.TensorProto()
        made.CopyFrom(weight)
        setattr(made, name, value)
        return made

    def external(location, offset="0", length="48"):
        made = onnx.TensorProto(name="head.weight", data_type=TensorProto.FLOAT, dims=[4, 3])
        made.data_location = TensorProto.EXTERNAL
        for key, value in (("location", location), ("offset", offset), ("length", length)):
            made.external_data.add(key=key, value=value)
        return made

    huge = onnx.TensorProto(name="head.weight", data_type=TensorProto.FLOAT, dims=[1 << 40, 1 << 40])
    negative = onnx.TensorProto(name="head.weight", data_type=TensorProto.FLOAT, dims=[-4, 3])
    text = helper.make_tensor("head.weight", TensorProto.STRING, [1], [b"word"])
    untyped = broken("data_type", 0)
    short = broken("raw_data", weight.raw_data[:-4])
    sparse = model(mean + [gemm], [weight])
    sparse.graph.sparse_initializer.add().values.name = "sparse"
    unnamed = model(mean + [gemm], [weight])
    del unnamed.graph.input[0].type.tensor_type.shape.dim[:]
    unnamed.graph.input[0].type.tensor_type.ClearField("shape")
    loop = helper.make_graph([helper.make_node("Identity", ["images"], ["d"])], "body", [], [])
    recursive = helper.make_function(
        "own", "Again", ["x"], ["y"], [helper.make_node("Again", ["x"], ["y"], domain="own")],
        [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)], [],
    )
    wide = mean + [gemm]
    yield "truncated", model(wide, [weight]).SerializeToString()[:-40], "is no ONNX model, or a damaged one"
    yield "empty", b"", "is empty"
    yield "text", b"not a model at all\n", "is no ONNX model"
    yield "nothing", model([], [], outputs=[logits("missing")]), "the output missing is given by no node"
    yield "cycle", model(
        [node("Add", ["images", "b"], ["a"]), node("Relu", ["a"], ["b"]), node("Flatten", ["b"], ["logits"])]
    ), "reads what depends on its own output"
    yield "twice", model(mean + [gemm, node("Relu", ["mean"], ["vector"])], [weight]), "gives vector, which is there already"
    yield "tensors-twice", model(wide, [weight, weight]), "tensor head.weight: is there twice"
    yield "dangling", model([node("Relu", ["nobody"], ["logits"])]), "reads nobody, which nothing gives"
    yield "untyped", model(wide, [untyped]), "tensor head.weight: has no element type"
    yield "strings", model(wide, [text]), "tensor head.weight: holds text"
    yield "short", model(wide, [short]), "tensor head.weight: "
    yield "huge", model(wide, [huge]), "tensor head.weight: "
    yield "negative", model(wide, [negative]), "tensor head.weight: "
    yield "sparse", sparse, "tensor sparse: is sparse"
    yield "shapes", model(wide, [tensor("head.weight", 4, 5)]), "node /logits (Gemm): "
    yield "promise", model(wide, [weight], outputs=[logits(shape=("batch", 7))]), "has the shape [?, 7] by the file"
    yield "open", unnamed, "input images: is no batch of images"
    yield "inputs", model(
        [node("Add", ["images", "others"], ["sum"]), node("Flatten", ["sum"], ["logits"])],
        inputs=[image(), image("others")], outputs=[logits(shape=None)],
    ), "reads several inputs"
    yield "integers", model(wide, [weight], inputs=[image(kind=TensorProto.INT64)]), "is no image"
    yield "constant", model([node("Relu", ["c"], ["logits"])], [tensor("c", 4)]), "has no input that its output depends on"
    yield "mixing", model(
        [node("ReduceMean", ["images"], ["mean"], axes=[0]), node("Flatten", ["mean"], ["logits"])]
    ), "works along the axis of the images"
    yield "control", model(
        [node("Loop", ["", "", "images"], ["logits"], body=loop)]
    ), "not supported: Loop (first in /logits)"
    yield "several", model(
        [node("LSTM", ["images"], ["a"]), node("NonZero", ["images"], ["b"]), node("Concat", ["a", "b"], ["logits"], axis=1)]
    ), "not supported: LSTM (first in /a), NonZero (first in /b: of values that depend on the images)"
    yield "recursive", model(
        [helper.make_node("Again", ["images"], ["logits"], name="/again", domain="own")],
        functions=[recursive], domains=["own"],
    ), "calls functions inside of functions without end"
    yield "version", model(wide, [weight], opset=8), "is of operator set 8"
    yield "format", model(wide, [weight], ir=3), "is of version 3 of the format"
    yield "absolute", model(wide, [external("/etc/passwd")]), "outside the model's folder"
    yield "above", model(wide, [external("../sound/old.onnx")]), "outside the model's folder"
    yield "link", model(wide, [external("link")]), "a link that leaves the model's folder"
    yield "absent", model(wide, [external("no-such-file")]), "there is no such file"
    yield "beyond", model(wide, [external("empty.onnx", length="48")]), "has 48 bytes at offset 0 of empty.onnx"
    yield "offset", model(wide, [external("short.onnx", offset="99999999999999999999")]), "has its numbers at offset"
    yield "asks", model(
        [node("ConstantOfShape", ["size"], ["big"]), node("Add", ["images", "big"], ["sum"]), node("Flatten", ["sum"], ["logits"])],
        [integers("size", [1 << 30, 1 << 20])],
    ), "more elements than there is room for"
    yield "range", model(
        [node("Range", ["zero", "limit", "one"], ["big"]), node("Add", ["images", "big"], ["sum"]), node("Flatten", ["sum"], ["logits"])],
        [integers("zero", 0), integers("limit", 1 << 62), integers("one", 1)],
    ), "counts without end"


def main(folder):
    for name in ("sound", "bad"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, make in SOUND.items():
        made = make()
        onnx.checker.check_model(made)
        path = folder / "sound" / f"{name}.onnx"
        path.write_bytes(made.SerializeToString())
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        entry = session.get_inputs()[0]
        shape = [2 if not isinstance(extent, int) else extent for extent in entry.shape]
        images = generator.standard_normal(shape).astype(numpy.float32)
        result = session.run(None, {entry.name: images})[0]
        numpy.save(folder / "sound" / f"{name}.images.npy", images)
        numpy.save(folder / "sound" / f"{name}.logits.npy", result)
    # Numbers beside a model.
    made = convolutional()
    path = folder / "sound" / "beside.onnx"
    onnx.save_model(
        made, str(path), save_as_external_data=True, location="beside.data", size_threshold=16
    )
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    images = numpy.load(folder / "sound" / "convolutional.images.npy")
    numpy.save(folder / "sound" / "beside.images.npy", images)
    numpy.save(folder / "sound" / "beside.logits.npy", session.run(None, {"images": images})[0])
    messages = {}
    for name, made, message in bad():
        data = made if isinstance(made, bytes) else made.SerializeToString()
        (folder / "bad" / f"{name}.onnx").write_bytes(data)
        messages[name] = message
    link = folder / "bad" / "link"
    if not link.is_symlink():
        link.symlink_to("../sound/old.onnx")
    (folder / "bad.json").write_text(json.dumps(messages, indent=2) + "\n")


main(pathlib.Path(sys.argv[1]))
