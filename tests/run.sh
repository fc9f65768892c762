#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what the tests need, builds, and runs all tiers in parallel and in random order.
# Usage: bash tests/run.sh [arguments for ctest, as in -L unit]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
jobs=$(nproc)

bash cmake/packaging/apt_install.sh \
  build-essential cmake ninja-build pkg-config python3 ca-certificates \
  libcurl4-openssl-dev libssl-dev libyaml-dev libminizip-dev zlib1g-dev nlohmann-json3-dev libcli11-dev \
  libgtest-dev libgmock-dev
# Tests that need one of these say that they are skipped where it is missing.
bash cmake/packaging/apt_install.sh --optional clang curl doxygen git openssl nginx-light tinyproxy microsocks python3-venv
# Model frameworks: a good minute for the small ones; for LibTorch, with its Python and dlib, another one and 200 MB.
bash cmake/packaging/apt_install.sh --optional libeigen3-dev libxgboost-dev libfasttext-dev libarmadillo-dev \
  libopencv-core-dev libopencv-dnn-dev libopencv-ml-dev
bash cmake/packaging/apt_install.sh --optional libtorch-dev python3-torch libdlib-dev
# npm of the distribution brings hundreds of packages: not where another is there.
command -v npm > /dev/null || bash cmake/packaging/apt_install.sh --optional nodejs npm
# They are fetched while the compilers run.
mkdir -p build
bash tests/interop/setup.sh < /dev/null > build/interop-setup.log 2>&1 &
interop=$!
trap 'kill "$interop" 2> /dev/null || true' EXIT

# A build folder keeps the generator it was made with.
if [ -z "${CMAKE_GENERATOR:-}" ] && [ ! -f build/check/CMakeCache.txt ] && command -v ninja > /dev/null; then
  export CMAKE_GENERATOR=Ninja
fi
launcher=()
if command -v ccache > /dev/null; then
  launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
fi
# Warnings are errors where we look for them (.ci/run), and not with whatever compiler is here.
cmake --preset check -DHUGGINGFACE_HUB_WERROR="${HUGGINGFACE_HUB_WERROR:-OFF}" "${launcher[@]}"
cmake --build --preset check --parallel "$jobs"
if ! wait "$interop"; then
  tail -n 20 build/interop-setup.log >&2
  echo "No other clients here: the interop tests will be skipped." >&2
fi
ctest --preset check --parallel "$jobs" --schedule-random "$@"
