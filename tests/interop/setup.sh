#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the other clients of the Hub that the interop tests run: `tests/interop/setup.sh [folder]`, by default into
# build/interop. Safe to repeat. Needs python3 with venv, npm with node, and a package index that can be reached.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
folder=${1:-$root/build/interop}
mkdir -p "$folder"

if [ ! -e "$folder/venv/complete" ]; then
  python3 -m venv "$folder/venv"
  "$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'huggingface_hub>=2.4' hf_xet jinja2 safetensors numpy pyyaml
  touch "$folder/venv/complete"
fi

# A wheel that ships real weights: a safetensors file and ONNX models.
if [ ! -e "$folder/models/complete" ]; then
  rm -rf "$folder/models"
  mkdir -p "$folder/models"
  "$folder/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --dest "$folder/models" silero-vad
  (cd "$folder/models" && "$folder/venv/bin/python" -m zipfile --extract ./*.whl .)
  touch "$folder/models/complete"
fi

if command -v npm > /dev/null; then
  if [ ! -e "$folder/js/complete" ]; then
    npm install --silent --no-audit --no-fund --prefix "$folder/js" @huggingface/hub
    touch "$folder/js/complete"
  fi
else
  echo "npm is not installed: the tests with the JavaScript client will be skipped" >&2
fi
