# SPDX-License-Identifier: Apache-2.0
# Installs the package into `prefix` and compares what lies there with the list in this folder, both ways.
# The static one comes from the build folder, the shared one from the build of the consumer add_subdirectory.
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)

if(kind STREQUAL "shared")
  set(build ${scratch}/build)  # made by the test add_subdirectory, which comes first
endif()

# Installed at one place and moved to another, which has a space in its name: nothing may remember the first.
file(REMOVE_RECURSE ${prefix} ${scratch}/staging)
run(${CMAKE_COMMAND} --install ${build} --prefix ${scratch}/staging)
file(RENAME ${scratch}/staging ${prefix})

file(GLOB_RECURSE installed RELATIVE ${prefix} ${prefix}/*)
file(GLOB_RECURSE headers RELATIVE ${source} ${source}/include/*.hpp)
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/installed_${kind}.txt expected REGEX "^[^#]")
list(APPEND expected ${headers})
set(surplus ${installed})
list(REMOVE_ITEM surplus ${expected})
set(missing ${expected})
list(REMOVE_ITEM missing ${installed})
if(surplus OR missing)
  list(JOIN surplus "\n  " surplus)
  list(JOIN missing "\n  " missing)
  message(FATAL_ERROR "installed and not in installed_${kind}.txt:\n  ${surplus}\nlisted and not installed:\n  ${missing}")
endif()

foreach(file IN LISTS installed)
  if(file MATCHES "\\.(cmake|pc|hpp)$")
    file(READ ${prefix}/${file} text)
    foreach(place ${source} ${build} ${scratch}/staging)
      string(FIND "${text}" ${place} found)
      if(NOT found EQUAL -1)
        message(FATAL_ERROR "${file} names ${place}, which is not there on another machine")
      endif()
    endforeach()
  endif()
endforeach()
