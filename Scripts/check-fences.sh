#!/bin/sh
# Fails where C or unsafe code leaves Sources/Tensors/Backend, or where a layer imports what it must
# not know of. The compiler holds the rest: see Package.swift.
#
# Generated code is left out: the generator of swift-protobuf writes `@unchecked Sendable` for messages whose
# storage is copied on write, and says so beside each.
set -eu
cd "$(dirname "$0")/.."

fail=0
report() { # title, matches
  if [ -n "$2" ]; then
    printf '%s\n%s\n' "$1" "$2" >&2
    fail=1
  fi
}

outside=$(git ls-files 'Sources/*.swift' | grep -v '^Sources/Tensors/Backend/' | grep -v '^Sources/ONNXSchema/.*\.pb\.swift')
report "unsafe code outside Sources/Tensors/Backend:" \
  "$(printf '%s\n' "$outside" | xargs grep -nE '\bunsafe |@unchecked|nonisolated\(unsafe\)' || true)"
report "C imported outside Sources/Tensors/Backend:" \
  "$(printf '%s\n' "$outside" | xargs grep -nE 'import (CKernels|COneDNN|COpenBLAS|CZlib)' || true)"
report "the doors to the terminal and the process outside of their files:" \
  "$(printf '%s\n' "$outside" | grep -vE '^Sources/tfnas/(Process/Terminal|Options/ProcessorOptions).swift$' |
    xargs grep -nE 'import CProcess' || true)"
report "Foundation in a layer that needs none:" \
  "$(git ls-files 'Sources/Tensors/*.swift' 'Sources/Networks/*.swift' 'Sources/Ranking/*.swift' \
    'Sources/Figures/*.swift' |
    xargs grep -nE 'import Foundation' || true)"
report "SQLite outside ResultStore:" \
  "$(git ls-files 'Sources/*.swift' | grep -v '^Sources/ResultStore/' | xargs grep -nE 'import GRDB' || true)"
report "HTTP outside Watching:" \
  "$(git ls-files 'Sources/*.swift' | grep -v '^Sources/Watching/' | xargs grep -nE 'import Flying(Fox|Socks)' || true)"
report "YAML outside of its file:" \
  "$(git ls-files 'Sources/*.swift' | grep -v '^Sources/SpaceFiles/Text/YAMLNode.swift$' |
    xargs grep -nE 'import Yams' || true)"
report "forced or unfinished code:" \
  "$(git ls-files 'Sources/*.swift' | xargs grep -nE 'try!|fatalError\(|TODO|FIXME' || true)"
report "build products in the repository:" \
  "$(git ls-files | grep -E '(^|/)\.build|(^|/)Package\.resolved$' || true)"

# The size of each target, so that growth is seen.
for target in Sources/*/; do
  printf '%6d lines  %s\n' "$(find "$target" -type f | xargs cat | wc -l)" "${target#Sources/}"
done
exit $fail
