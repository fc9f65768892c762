# SPDX-License-Identifier: Apache-2.0
# The targets of the frameworks that this machine has; one line for each that it has not.
include(huggingface_hubFrameworks)
set(huggingface_hub_framework_scope_ GLOBAL)

foreach(framework IN LISTS huggingface_hub_FRAMEWORKS)
  string(TOUPPER HUGGINGFACE_HUB_WITH_${framework} with)
  set(${with} AUTO CACHE STRING "The target huggingface_hub::${framework}: ON, OFF, or AUTO, where it is found")
  set_property(CACHE ${with} PROPERTY STRINGS AUTO ON OFF)
  if(NOT ${with})
    continue()
  endif()
  huggingface_hub_add_framework(${framework} missing)
  if(missing AND NOT ${with} STREQUAL "AUTO")
    message(FATAL_ERROR "huggingface_hub: ${with} is on, and ${missing}")
  elseif(missing)
    message(STATUS "huggingface_hub: ${missing}; no huggingface_hub::${framework}")
  endif()
endforeach()
