# SPDX-License-Identifier: Apache-2.0
# The source tree as a part of the project in `project`: with our defaults it is configured, which checks that they
# are modest; as a shared library with install rules it is built, and the program is run. Sources are joined in threes,
# other ones than in the builds around it, so that most of those that lack an include are found; the preset `dev`, which
# joins none, finds them all.
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)

file(REMOVE_RECURSE ${scratch}/defaults)
configure(${project} ${scratch}/defaults -DHUGGINGFACE_HUB_SOURCE=${source} -DEXPECT_DEFAULTS=ON)

configure(${project} ${scratch}/build -DHUGGINGFACE_HUB_SOURCE=${source} -DBUILD_SHARED_LIBS=ON
  -DHUGGINGFACE_HUB_BUILD_CLI=ON -DHUGGINGFACE_HUB_INSTALL=ON -DHUGGINGFACE_HUB_WERROR=${werror}
  -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=3)
run(${CMAKE_COMMAND} --build ${scratch}/build --parallel 2)
run(${CMAKE_COMMAND} -E chdir ${scratch}/build ${scratch}/build/program)
