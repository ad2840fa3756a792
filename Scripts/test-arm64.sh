#!/usr/bin/env bash
# Compiles the vector loops for this processor and for arm64, calls each of them on both with the same numbers, and
# compares what they computed. An emulator runs what is compiled for arm64; the rest of the package is not looked at.
#
# On Debian: apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user (56 MB, 270 MB on disk).
#
# CC names the compiler (default: the clang of Swift); gcc does not know vectors of bits. Both programs, and what they
# have printed, stay in .build/arm64. The exit code is 1 where they do not agree, and 2 where a tool is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
directory=.build/arm64
compiler=${CC:-clang}
cross=aarch64-linux-gnu-gcc

case "$(uname -m)" in
aarch64 | arm64)
  echo "test-arm64: this is an arm64 processor, on which make test runs the loops; nothing to compare" >&2
  exit
  ;;
esac

missing() { # what, where it comes from
  echo "test-arm64: $1 is missing; $2" >&2
  exit 2
}
command -v "$compiler" >/dev/null || missing "$compiler" "clang comes with Swift, https://www.swift.org/install"
command -v python3 >/dev/null || missing python3 "on Debian: apt-get install python3"
command -v "$cross" >/dev/null || missing "$cross" "on Debian: apt-get install gcc-aarch64-linux-gnu"
case "$("$cross" -print-file-name=libc.a)" in
/*) ;;
*) missing "the C library for arm64" "on Debian: apt-get install libc6-dev-arm64-cross" ;;
esac
emulator=$(command -v qemu-aarch64-static || command -v qemu-aarch64) ||
  missing qemu-aarch64 "on Debian: apt-get install qemu-user"

mkdir -p "$directory"
compile() { # name, options
  local name=$1
  shift
  # As SwiftPM optimises C.
  "$compiler" "$@" -O2 -Wall -Wextra -I Sources/CKernels/include -c Sources/CKernels/kernels.c \
    -o "$directory/kernels-$name.o"
  "$compiler" "$@" -O1 -std=c11 -Wall -Wextra -I Sources/CKernels/include -c Tests/Kernels/kernels_check.c \
    -o "$directory/check-$name.o"
}
echo "test-arm64: compiling for arm64 and for $(uname -m)" >&2
compile arm64 --target=aarch64-linux-gnu
compile here
"$cross" -static "$directory"/{check,kernels}-arm64.o -lm -o "$directory/check-arm64"
"$compiler" "$directory"/{check,kernels}-here.o -lm -o "$directory/check-here"

"$directory/check-here" > "$directory/here.txt"
"$emulator" "$directory/check-arm64" > "$directory/arm64.txt"
"$compiler" -E -P Sources/CKernels/include/CKernels.h | grep -oE '\btfn_[a-z0-9_]+ *\(' | tr -d ' (' |
  sort -u > "$directory/declared.txt"

python3 - "$directory" <<'PYTHON'
import math
import pathlib
import sys

# By how much results may differ, relative to the largest number of a case.
#
# The C code prescribes the order of every sum, and that a product and a sum are two roundings. IEEE arithmetic then
# prescribes each digit, so that nothing may differ: compilers that reorder or contract are found. The exceptions call
# exp and log of the C library, which are good to an ulp and need not be the same. They add up 21 positive numbers: two
# such sums, and what is made of them, differ by less than (21 + 11) 2^-52 < 1e-14 of the largest number. Rounded to
# float they may be neighbours, 2^-23 apart.
TOLERANCES = {"tfn_softmax_f64": 1e-14, "tfn_softmax_f32": 2.0**-22}

directory = pathlib.Path(sys.argv[1])
here, arm64 = ((directory / f"{name}.txt").read_text().splitlines() for name in ("here", "arm64"))
declared = set((directory / "declared.txt").read_text().split())
failures = []


def difference(first, second, size):
    """How far two numbers are apart, relative to a size; infinite where one of them is no number or infinite."""
    if first == second or (math.isnan(first) and math.isnan(second)):
        return 0.0
    distance = abs(first - second) / size if size > 0 else math.inf
    return distance if math.isfinite(distance) else math.inf


def compare(kind, first, second):
    """The largest difference of two lists that are not the same, and its place; that of zeros with two signs is 0."""
    places = [i for i, (a, b) in enumerate(zip(first, second)) if a != b]
    if kind == "integer":
        return math.inf, places[0]
    numbers = [[float.fromhex(x) for x in values] for values in (first, second)]
    size = max((abs(x) for x in numbers[0] if math.isfinite(x)), default=0.0)
    return max((difference(numbers[0][i], numbers[1][i], size), i) for i in places)


called, differing = set(), set()
cases = same = agreeing = 0
largest = 0.0
loops = ""
for line, other_line in zip(here, arm64):
    *head, values = line.split("\t")
    *other_head, other_values = other_line.split("\t")
    name, case, kind = head
    called.add(name)
    if head != other_head or len(values.split()) != len(other_values.split()) and kind != "text":
        failures.append(f"{name} ({case}) has another case, or other counts, in its place on arm64")
        break
    if kind == "text":
        loops = f"loops of {values} here and of {other_values} on arm64"
        continue
    cases += 1
    if values == other_values:
        same += 1
        agreeing += 1
        continue
    first, second = values.split(), other_values.split()
    distance, place = compare(kind, first, second)
    largest = max(largest, distance)
    if name in TOLERANCES and distance <= TOLERANCES[name]:
        agreeing += 1
    else:
        differing.add(name)
        apart = "" if kind == "integer" else f", a relative difference of {distance:.2g}"
        failures.append(f"{name} ({case}): element {place} is {first[place]} here and {second[place]} on arm64{apart}")
if len(here) != len(arm64):
    failures.append(f"{len(here)} cases here and {len(arm64)} on arm64")
failures += [f"{name} is declared and has no case" for name in sorted(declared - called)]

for failure in failures[:20]:
    print(f"test-arm64: {failure}", file=sys.stderr)
if len(failures) > 20:
    print(f"test-arm64: and {len(failures) - 20} more", file=sys.stderr)
print(
    f"test-arm64: {len(declared & called - differing)} of {len(declared)} functions and {agreeing} of {cases} cases "
    f"agree, {same} cases to the last digit; largest relative difference {largest:.2g}; {loops}"
)
sys.exit(1 if failures else 0)
PYTHON
