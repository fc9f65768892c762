# SPDX-License-Identifier: Apache-2.0
# Warnings for our own targets; nothing is set globally.
function(huggingface_hub_warnings target)
  target_compile_options(${target} PRIVATE
    $<$<CXX_COMPILER_ID:GNU,Clang,AppleClang>:-Wall;-Wextra;-Wpedantic;-Wconversion;-Wshadow>)
  if(CMAKE_UNITY_BUILD)
    # Every anonymous namespace is then one of an included file, which g++ takes for a header.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  endif()
  if(HUGGINGFACE_HUB_WERROR)
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU,Clang,AppleClang>:-Werror>)
  endif()
endfunction()
