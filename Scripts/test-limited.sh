#!/usr/bin/env bash
# Compares golden and published values once more, with the kernels that older processors would get.
# `make test` must have built the tests, with the options that are given.
#
# oneDNN and OpenBLAS choose their kernels by the processor, and each kernel adds in another order, so
# that what one machine passes need not pass on another. A limit that changes nothing here is left out, and
# so are networks of full size, which take minutes without AVX: `tfnas conformance` with the same variables
# compares them.
set -euo pipefail
cd "$(dirname "$0")/.."

options=("$@")

run() { # oneDNN's limit, OpenBLAS' kind of processor
  echo "test-limited: kernels for $1" >&2
  ONEDNN_MAX_CPU_ISA=$1 DNNL_MAX_CPU_ISA=$1 OPENBLAS_CORETYPE=$2 \
    swift test "${options[@]}" --skip-build --filter 'smallIn|Golden'
}

case "$(uname -m)" in
x86_64)
  if grep -q avx512f /proc/cpuinfo; then run AVX2 Haswell; fi
  run SSE41 Nehalem
  ;;
*) echo "test-limited: the libraries have no limits for $(uname -m), nothing to run" >&2 ;;
esac
