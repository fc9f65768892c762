# SPDX-License-Identifier: Apache-2.0
# Configures, builds and runs the project in `project` against the package in `prefix`, or, with `subdirectory`,
# against the source tree.
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)

file(REMOVE_RECURSE ${scratch}/CMakeCache.txt ${scratch}/CMakeFiles)
if(subdirectory)
  set(where -DHUGGINGFACE_HUB_SOURCE=${source})
else()
  file(REMOVE_RECURSE ${scratch})
  set(where -DCMAKE_PREFIX_PATH=${prefix})
endif()
run(${CMAKE_COMMAND} -S ${project} -B ${scratch} -G ${generator} -DCMAKE_MAKE_PROGRAM=${make_program}
  -DCMAKE_CXX_COMPILER=${compiler} -DCMAKE_CXX_COMPILER_LAUNCHER=${launcher} -DCMAKE_BUILD_TYPE=Debug
  -DCMAKE_CXX_FLAGS_DEBUG=-O0 ${where})
if(run_output MATCHES "Found (CURL|OpenSSL|Threads|LibYaml|CppHttplib)" OR run_output MATCHES "CMake Warning")
  message(FATAL_ERROR "the package is not found quietly")
endif()
run(${CMAKE_COMMAND} --build ${scratch} --parallel 2)
run(${CMAKE_COMMAND} -E chdir ${scratch} ${scratch}/program)
