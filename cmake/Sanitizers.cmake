# SPDX-License-Identifier: Apache-2.0
# Sanitizers for our own targets, from HUGGINGFACE_HUB_SANITIZE.
function(huggingface_hub_sanitizers target)
  if(HUGGINGFACE_HUB_SANITIZE)
    target_compile_options(${target} PRIVATE
      -fsanitize=${HUGGINGFACE_HUB_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(${target} PUBLIC -fsanitize=${HUGGINGFACE_HUB_SANITIZE})
  endif()
endfunction()
