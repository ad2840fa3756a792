#!/usr/bin/env bash
# Tests the Python package with the command of .build/release: style, types, tests; with the word
# `notebooks`, executes the notebooks of Examples instead; with the word `prepare`, only makes the environment.
#
# PYTHON names a Python (default: python3). The virtual environment is .build-python. PyTorch is
# installed where pip finds a wheel of it without an index (a CPU build in a folder that its
# configuration names), or with TORCH=torch from PyPI, whose wheel for Linux is of several gigabytes;
# without it, or with TORCH=none, tests of modules and of the training are skipped, each with a line.
set -euo pipefail
cd "$(dirname "$0")/.."
environment=.build-python
pip="$environment/bin/pip"

if [ ! -f "$environment/ready" ]; then
  "${PYTHON:-python3}" -m venv "$environment"
  "$pip" install -q numpy pandas matplotlib pytest pytest-xdist mypy ruff optuna distributed loky scikit-learn \
    nbclient nbformat ipykernel
  torch=${TORCH:-}
  if [ -z "$torch" ] &&
    "$pip" download -q --no-index --no-deps -d "$environment/wheels" torch 2>/dev/null; then
    torch=$(ls "$environment"/wheels/torch-*.whl)
  fi
  if [ -n "$torch" ] && [ "$torch" != none ]; then
    "$pip" install -q "$torch" onnx onnxscript onnxruntime safetensors pillow pyyaml huggingface_hub
    # timm alone, because torchvision would bring the other build of PyTorch with it.
    version=$("$environment/bin/python" -c 'import torch; print(torch.__version__.split(".")[1].split("+")[0])')
    "$pip" install -q --no-deps "torchvision==0.$((version + 15)).*" timm
  else
    echo "test-python: without PyTorch; TORCH=torch takes the wheel of PyPI" >&2
  fi
  touch "$environment/ready"
fi
# In the environment alone: what is tested is the source as it stands.
"$environment/bin/python" - "$PWD/Python/src" <<'PYTHON'
import pathlib, site, sys
pathlib.Path(site.getsitepackages()[0], "tfnas.pth").write_text(sys.argv[1] + "\n")
PYTHON

if [ "${1:-}" = prepare ]; then exit; fi

TFNAS=${TFNAS:-$PWD/.build/release/tfnas}
export TFNAS
if [ "${1:-}" = notebooks ]; then
  exec "$environment/bin/python" Scripts/run_notebooks.py Examples/*.ipynb
fi
cd Python
"../$environment/bin/ruff" format --check .
"../$environment/bin/ruff" check .
if "../$environment/bin/python" -c 'import torch' 2>/dev/null; then
  "../$environment/bin/mypy"
else
  echo "test-python: without PyTorch types are not checked" >&2
fi
exec "../$environment/bin/python" -m pytest -q -n auto "$@"
