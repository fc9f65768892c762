# SPDX-License-Identifier: Apache-2.0
# Instrumentation of our own targets: HUGGINGFACE_HUB_SANITIZE and HUGGINGFACE_HUB_COVERAGE.
function(huggingface_hub_sanitizers target)
  if(HUGGINGFACE_HUB_SANITIZE)
    target_compile_options(${target} PRIVATE
      -fsanitize=${HUGGINGFACE_HUB_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(${target} PUBLIC -fsanitize=${HUGGINGFACE_HUB_SANITIZE})
  endif()
  if(HUGGINGFACE_HUB_COVERAGE)
    target_compile_options(${target} PRIVATE --coverage)
    target_link_options(${target} PUBLIC --coverage)
  endif()
endfunction()
