#!/bin/sh
# Installs the system libraries that the package links against, where they are missing:
# oneDNN (convolutions), OpenBLAS with LAPACK (products and spectra), SQLite (the result store), zlib
# (compressed arrays).
set -eu

case "$(uname -s)" in
Linux)
  packages="libdnnl-dev libopenblas-dev liblapacke-dev libsqlite3-dev zlib1g-dev make"
  missing=""
  for package in $packages; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' ||
      missing="$missing $package"
  done
  if [ -n "$missing" ]; then
    if ! command -v apt-get >/dev/null; then
      echo "install-dependencies: no apt-get here; install the equivalents of$missing" >&2
      exit 1
    fi
    as_root=""
    if [ "$(id -u)" -ne 0 ]; then
      command -v sudo >/dev/null || {
        echo "install-dependencies: run as root, or install sudo:$missing" >&2
        exit 1
      }
      as_root="sudo"
    fi
    echo "installing$missing" >&2
    $as_root apt-get update -qq >&2
    # Word splitting is wanted: a list of names.
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >&2
  fi
  ;;
Darwin)
  command -v brew >/dev/null || {
    echo "install-dependencies: install Homebrew first, https://brew.sh" >&2
    exit 1
  }
  brew list onednn >/dev/null 2>&1 || brew install onednn
  ;;
*)
  echo "install-dependencies: no recipe for $(uname -s)" >&2
  exit 1
  ;;
esac

command -v swift >/dev/null || {
  echo "install-dependencies: Swift 6.2 or later is missing, https://www.swift.org/install" >&2
  exit 1
}
