# SPDX-License-Identifier: Apache-2.0
# Instrumentation of our own targets: HUGGINGFACE_HUB_SANITIZE and HUGGINGFACE_HUB_COVERAGE.
# With TESTS, the code is that of a test: it is not searched for undefined behaviour, which doubles the time to compile.
function(huggingface_hub_sanitizers target)
  if(HUGGINGFACE_HUB_SANITIZE)
    set(sanitizers ${HUGGINGFACE_HUB_SANITIZE})
    if("TESTS" IN_LIST ARGN)
      string(REPLACE ",undefined" "" sanitizers "${sanitizers}")
    endif()
    target_compile_options(${target} PRIVATE
      -fsanitize=${sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(${target} PUBLIC -fsanitize=${HUGGINGFACE_HUB_SANITIZE})
  endif()
  if(HUGGINGFACE_HUB_COVERAGE)
    target_compile_options(${target} PRIVATE --coverage)
    target_link_options(${target} PUBLIC --coverage)
  endif()
endfunction()
