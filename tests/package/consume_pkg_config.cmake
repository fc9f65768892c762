# SPDX-License-Identifier: Apache-2.0
# Compiles the one file `project` as a Makefile would, with what pkg-config says about `package`, and runs it.
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)

file(REMOVE_RECURSE ${scratch})
file(MAKE_DIRECTORY ${scratch})
set(ENV{PKG_CONFIG_PATH} ${prefix}/lib/pkgconfig)
set(ENV{LD_LIBRARY_PATH} ${prefix}/lib)
run(pkg-config --print-errors --cflags --libs ${package})
string(STRIP "${run_output}" flags)
separate_arguments(flags UNIX_COMMAND "${flags}")
run(${compiler} -std=c++17 -Wall -Wextra -Werror ${project} -o ${scratch}/program ${flags})
run(${CMAKE_COMMAND} -E chdir ${scratch} ${scratch}/program)
