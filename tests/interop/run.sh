#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs one interop test: `run.sh <installed clients> <python|node> <test file> [arguments]`. Exit code 77, with the
# reason, where the clients are not installed.
set -euo pipefail

folder=$1
language=$2
test=$3
shift 3

skip() {
  echo "SKIPPED: $1; run tests/interop/setup.sh $folder"
  exit 77
}

[ -e "$folder/models/complete" ] || skip "the wheel with real models is not there"
export INTEROP_MODELS=$folder/models
case $language in
  python)
    [ -e "$folder/venv/complete" ] || skip "the Python client is not installed"
    exec "$folder/venv/bin/python" -B "$test" "$@"
    ;;
  node)
    [ -e "$folder/js/complete" ] && command -v node > /dev/null || skip "the JavaScript client is not installed"
    export INTEROP_JS=$folder/js
    # The hub listens on 127.0.0.1 only, and node 18 does not try the second address of localhost.
    exec node --dns-result-order=ipv4first "$test" "$@"
    ;;
esac
