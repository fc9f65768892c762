# SPDX-License-Identifier: Apache-2.0
# Copies the project in `project` as a stranger would, builds it against the package in `prefix`, and runs its tests.
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)

file(REMOVE_RECURSE ${scratch})
file(COPY ${project}/ DESTINATION ${scratch}/copy)
configure(${scratch}/copy ${scratch}/build -DCMAKE_PREFIX_PATH=${prefix})
run(${CMAKE_COMMAND} --build ${scratch}/build --parallel 2)
run(${CMAKE_CTEST_COMMAND} --test-dir ${scratch}/build --output-on-failure)
if(NOT run_output MATCHES "100% tests passed")
  message(FATAL_ERROR "the project has no tests")
endif()
