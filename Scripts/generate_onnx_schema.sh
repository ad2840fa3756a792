#!/bin/sh
# Generates Sources/ONNXSchema/onnx.pb.swift from onnx.proto.
#
# Needs protoc (Debian: protobuf-compiler) and protoc-gen-swift, built from the release of swift-protobuf that Package.swift
# names: `swift build -c release --product protoc-gen-swift`. PROTOC_GEN_SWIFT names the latter where it is not on the path.
set -eu
cd "$(dirname "$0")/../Sources/ONNXSchema"
plugin=${PROTOC_GEN_SWIFT:-$(command -v protoc-gen-swift)}
protoc --plugin=protoc-gen-swift="$plugin" --swift_out=. \
  --swift_opt=Visibility=Package --swift_opt=UseAccessLevelOnImports=true onnx.proto
