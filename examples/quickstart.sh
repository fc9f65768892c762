#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds, and runs the main job: a model is trained and pushed, and a second process pulls it
# and gives the same answers. Against an embedded hub, or against the Hub that HF_ENDPOINT and HF_TOKEN name.
# Usage: bash examples/quickstart.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bash cmake/packaging/apt_install.sh \
  build-essential cmake ninja-build pkg-config ca-certificates \
  libcurl4-openssl-dev libssl-dev libyaml-dev libminizip-dev zlib1g-dev nlohmann-json3-dev libcli11-dev

# A build folder keeps the generator it was made with.
if [ -z "${CMAKE_GENERATOR:-}" ] && [ ! -f build/release/CMakeCache.txt ] && command -v ninja > /dev/null; then
  export CMAKE_GENERATOR=Ninja
fi
# Sources joined: half the time to build. A build of one's own compiles them one by one unless asked.
cmake --preset release -DCMAKE_UNITY_BUILD=ON
cmake --build --preset release --parallel "$(nproc)"

exec build/release/examples/quickstart
