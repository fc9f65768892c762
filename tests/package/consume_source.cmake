# SPDX-License-Identifier: Apache-2.0
# The source tree as a part of the project in `project`: with our defaults it is configured, which checks that they
# are modest; as a shared library with install rules it is built, and the program is run. Each source is compiled by
# itself here, while other builds may join several: one that lacks an include is found.
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)

file(REMOVE_RECURSE ${scratch}/defaults)
configure(${project} ${scratch}/defaults -DHUGGINGFACE_HUB_SOURCE=${source} -DEXPECT_DEFAULTS=ON)

configure(${project} ${scratch}/build -DHUGGINGFACE_HUB_SOURCE=${source} -DBUILD_SHARED_LIBS=ON
  -DHUGGINGFACE_HUB_BUILD_CLI=ON -DHUGGINGFACE_HUB_INSTALL=ON -DHUGGINGFACE_HUB_WERROR=${werror})
run(${CMAKE_COMMAND} --build ${scratch}/build --parallel 2)
run(${CMAKE_COMMAND} -E chdir ${scratch}/build ${scratch}/build/program)
