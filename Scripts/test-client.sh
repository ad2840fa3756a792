#!/usr/bin/env bash
# Builds a package that depends on this one by its path, with each program of Snippets as an executable, and
# runs them: what is public must be enough for a proxy, an operator and a search space of somebody else.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
client=$root/.build/client
mkdir -p "$client/Sources"

names=()
for file in "$root"/Snippets/*.swift; do
  name=$(basename "$file" .swift)
  names+=("$name")
  mkdir -p "$client/Sources/$name"
  ln -sf "$file" "$client/Sources/$name/main.swift"
done

{
  cat <<'HEAD'
// swift-tools-version: 6.2
import PackageDescription

let products: [Target.Dependency] = ["TrainingFreeNAS", "ResultStore", "Reports"].map {
  .product(name: $0, package: "training-free-nas")
}
HEAD
  echo 'let package = Package('
  echo '  name: "client", platforms: [.macOS(.v15)],'
  echo "  dependencies: [.package(name: \"training-free-nas\", path: \"$root\")],"
  echo '  targets: ['
  for name in "${names[@]}"; do
    echo "    .executableTarget(name: \"$name\", dependencies: products, swiftSettings: [.swiftLanguageMode(.v6)]),"
  done
  echo '  ])'
} > "$client/Package.swift"

swift build --package-path "$client"
for name in "${names[@]}"; do
  echo "test-client: $name" >&2
  "$client/.build/debug/$name"
done
