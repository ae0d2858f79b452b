#!/bin/sh
# Makes generated/onnx_pb.{js,d.ts} from onnx.proto (onnx-ml.proto of the onnx 1.22.0 wheel, Apache-2.0).
# Needs Node 22 or newer; the tools come from npm into a temporary folder.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
npm install --no-save --prefix "$tools" @bufbuild/buf@1.75.0 @bufbuild/protoc-gen-es@2.17.0
PATH="$tools/node_modules/.bin:$PATH" buf generate "$here/onnx.proto" --output "$here/generated" --template \
  '{"version":"v2","plugins":[{"local":"protoc-gen-es","out":".","opt":["target=js+dts"]}]}'
