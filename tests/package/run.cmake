# SPDX-License-Identifier: Apache-2.0
# run(<command> …): runs it, shows what it said, ends the script where it fails; its output is in `run_output`.
macro(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE run_status OUTPUT_VARIABLE run_output ERROR_VARIABLE run_output)
  message(STATUS "${run_output}")
  if(NOT run_status EQUAL 0)
    string(REPLACE ";" " " run_command "${ARGN}")
    message(FATAL_ERROR "failed (${run_status}): ${run_command}")
  endif()
endmacro()

# configure(<source folder> <build folder> [arguments]): with the compiler and the generator of the build that runs
# the tests. What is found is found quietly.
macro(configure from to)
  run(${CMAKE_COMMAND} -S ${from} -B ${to} -G ${generator} -DCMAKE_MAKE_PROGRAM=${make_program}
    -DCMAKE_CXX_COMPILER=${compiler} -DCMAKE_CXX_COMPILER_LAUNCHER=${launcher}
    -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0 ${ARGN})
  if(run_output MATCHES "Found (CURL|OpenSSL|Threads|LibYaml|MiniZip)" OR run_output MATCHES "CMake Warning")
    message(FATAL_ERROR "the package is not found quietly")
  endif()
endmacro()
