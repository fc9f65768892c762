# SPDX-License-Identifier: Apache-2.0
# Model frameworks, each with a target of its own: huggingface_hub::eigen, ::torch, … They are complete in headers, so
# that whether there is one is decided where a program is built, and not where the library was. This file serves the
# build of the library and, installed beside the package's configuration, its users.

set(huggingface_hub_FRAMEWORKS armadillo dlib eigen fasttext opencv torch xgboost)

# What the framework is called, and what Debian calls its package.
function(huggingface_hub_describe_framework_ component)
  set(armadillo "Armadillo;libarmadillo-dev")
  set(dlib "dlib;libdlib-dev")
  set(eigen "Eigen 3.3;libeigen3-dev")
  set(fasttext "fastText;libfasttext-dev")
  set(opencv "OpenCV (core, dnn, ml);libopencv-core-dev libopencv-dnn-dev libopencv-ml-dev")
  set(torch "LibTorch;libtorch-dev")
  set(xgboost "XGBoost;libxgboost-dev")
  list(GET ${component} 0 title)
  list(GET ${component} 1 package)
  set(title "${title}" PARENT_SCOPE)
  set(package "${package}" PARENT_SCOPE)
endfunction()

# huggingface_hub_find_by_hand_(<name> HEADER <file> [SUFFIXES <folders>…] LIBRARIES <names>…): for what has no CMake
# package, or one that is not always installed. Gives `target`, the name of an imported target, or nothing.
function(huggingface_hub_find_by_hand_ name)
  cmake_parse_arguments(arg "" "HEADER" "LIBRARIES;SUFFIXES" ${ARGN})
  set(target "" PARENT_SCOPE)
  set(found huggingface_hub_${name}_)
  if(NOT TARGET ${found})
    find_path(HUGGINGFACE_HUB_${name}_INCLUDE_DIR ${arg_HEADER} PATH_SUFFIXES ${arg_SUFFIXES})
    mark_as_advanced(HUGGINGFACE_HUB_${name}_INCLUDE_DIR)
    set(folders ${HUGGINGFACE_HUB_${name}_INCLUDE_DIR})
    set(libraries)
    foreach(library IN LISTS arg_LIBRARIES)
      find_library(HUGGINGFACE_HUB_${library}_LIBRARY ${library})
      mark_as_advanced(HUGGINGFACE_HUB_${library}_LIBRARY)
      list(APPEND libraries ${HUGGINGFACE_HUB_${library}_LIBRARY})
    endforeach()
    if(NOT folders OR "${libraries}" MATCHES "NOTFOUND")
      return()
    endif()
    add_library(${found} INTERFACE IMPORTED ${huggingface_hub_framework_scope_})
    target_include_directories(${found} SYSTEM INTERFACE ${folders})
    target_link_libraries(${found} INTERFACE ${libraries})
  endif()
  set(target ${found} PARENT_SCOPE)
endfunction()

function(huggingface_hub_find_eigen_)
  find_package(Eigen3 3.3 CONFIG QUIET ${huggingface_hub_framework_scope_})
  if(TARGET Eigen3::Eigen)
    set(target Eigen3::Eigen PARENT_SCOPE)
  endif()
endfunction()

function(huggingface_hub_find_armadillo_)
  huggingface_hub_find_by_hand_(armadillo HEADER armadillo LIBRARIES armadillo)
  set(target ${target} PARENT_SCOPE)
endfunction()

function(huggingface_hub_find_dlib_)
  find_package(dlib CONFIG QUIET ${huggingface_hub_framework_scope_})
  if(TARGET dlib::dlib)
    set(target dlib::dlib PARENT_SCOPE)
  endif()
endfunction()

function(huggingface_hub_find_fasttext_)
  huggingface_hub_find_by_hand_(fasttext HEADER fasttext/fasttext.h LIBRARIES fasttext)
  set(target ${target} PARENT_SCOPE)
endfunction()

# Its CMake package comes with all of its modules, hundreds of megabytes, and not with these three.
function(huggingface_hub_find_opencv_)
  huggingface_hub_find_by_hand_(opencv HEADER opencv2/core.hpp SUFFIXES opencv4
    LIBRARIES opencv_dnn opencv_ml opencv_core)
  set(target ${target} PARENT_SCOPE)
endfunction()

# Its CMake package asks for the development files of what LibTorch itself uses, and sets variables for everybody.
function(huggingface_hub_find_torch_)
  huggingface_hub_find_by_hand_(torch HEADER torch/csrc/api/include/torch/torch.h LIBRARIES torch torch_cpu c10)
  if(target)
    target_include_directories(${target} SYSTEM INTERFACE
      ${HUGGINGFACE_HUB_torch_INCLUDE_DIR}/torch/csrc/api/include)
  endif()
  set(target ${target} PARENT_SCOPE)
endfunction()

function(huggingface_hub_find_xgboost_)
  huggingface_hub_find_by_hand_(xgboost HEADER xgboost/c_api.h LIBRARIES xgboost)
  set(target ${target} PARENT_SCOPE)
endfunction()

# huggingface_hub_add_framework(<component> <variable>): makes huggingface_hub::<component> where the framework is
# found. The variable gets what was missing; empty: nothing.
function(huggingface_hub_add_framework component missing)
  set(${missing} "" PARENT_SCOPE)
  if(TARGET huggingface_hub::${component})
    return()
  endif()
  set(target)
  if(COMMAND huggingface_hub_find_${component}_)
    cmake_language(CALL huggingface_hub_find_${component}_)
  endif()
  if(NOT target)
    huggingface_hub_describe_framework_(${component})
    set(${missing} "${title} was not found (Debian, Ubuntu: apt install ${package})" PARENT_SCOPE)
    return()
  endif()
  add_library(huggingface_hub::${component} INTERFACE IMPORTED ${huggingface_hub_framework_scope_})
  target_link_libraries(huggingface_hub::${component} INTERFACE huggingface_hub::huggingface_hub ${target})
endfunction()
