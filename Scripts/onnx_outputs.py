"""Checks models, and runs them in onnxruntime.

    python Scripts/onnx_outputs.py DIRECTORY

For each `NAME.onnx` of the directory that passes `onnx.checker`, `NAME.out` gets what it gives for the images in
`NAME.in`, both as plain 32-bit numbers; for any other, `NAME.problem` gets the reason.
"""

import pathlib
import sys

import numpy
import onnx
import onnxruntime

for path in sorted(pathlib.Path(sys.argv[1]).glob("*.onnx")):
    try:
        onnx.checker.check_model(str(path), full_check=True)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        entry = session.get_inputs()[0]
        images = numpy.fromfile(path.with_suffix(".in"), numpy.float32)
        images = images.reshape([-1, *entry.shape[1:]])
        session.run(None, {entry.name: images})[0].tofile(path.with_suffix(".out"))
    except Exception as error:
        path.with_suffix(".problem").write_text(str(error))
