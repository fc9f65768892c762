# SPDX-License-Identifier: Apache-2.0
# Configures, builds and runs the project in `project` against the package in `prefix`.
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)

file(REMOVE_RECURSE ${scratch})
configure(${project} ${scratch} -DCMAKE_PREFIX_PATH=${prefix})
run(${CMAKE_COMMAND} --build ${scratch} --parallel 2)
run(${CMAKE_COMMAND} -E chdir ${scratch} ${scratch}/program)
