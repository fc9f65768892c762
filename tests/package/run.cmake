# SPDX-License-Identifier: Apache-2.0
# run(<command> …): runs it, shows what it said, ends the script where it fails; its output is in `run_output`.
macro(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE run_status OUTPUT_VARIABLE run_output ERROR_VARIABLE run_output)
  message(STATUS "${run_output}")
  if(NOT run_status EQUAL 0)
    list(JOIN ARGN " " run_command)
    string(REPLACE ";" " " run_command "${ARGN}")
    message(FATAL_ERROR "failed (${run_status}): ${run_command}")
  endif()
endmacro()
