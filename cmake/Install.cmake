# SPDX-License-Identifier: Apache-2.0
# Install rules: libraries, headers, the CMake package and the pkg-config files.
# Three export sets, so that a program that wants the headers alone needs nothing of the rest.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/huggingface_hub)
set(pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
if(BUILD_SHARED_LIBS)
  set(huggingface_hub_SHARED ON)
else()
  set(huggingface_hub_SHARED OFF)
endif()

function(huggingface_hub_install_targets export_set)
  install(TARGETS ${ARGN} EXPORT ${export_set}
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT huggingface_hub_runtime
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT huggingface_hub_runtime
      NAMELINK_COMPONENT huggingface_hub_development
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT huggingface_hub_development)
  install(EXPORT ${export_set} NAMESPACE huggingface_hub:: DESTINATION ${package_dir}
    COMPONENT huggingface_hub_development)
endfunction()

# <name>.pc, found from where it lies: the prefix may be moved.
function(huggingface_hub_install_pc name)
  set(file ${CMAKE_CURRENT_BINARY_DIR}/cmake/${name}.pc)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/${name}.pc.in ${file} @ONLY)
  install(FILES ${file} DESTINATION ${pkgconfig_dir} COMPONENT huggingface_hub_development)
endfunction()

if(IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR} OR IS_ABSOLUTE ${CMAKE_INSTALL_INCLUDEDIR})
  set(pc_prefix ${CMAKE_INSTALL_PREFIX})
  set(pc_libdir ${CMAKE_INSTALL_FULL_LIBDIR})
  set(pc_includedir ${CMAKE_INSTALL_FULL_INCLUDEDIR})
else()
  file(RELATIVE_PATH pc_prefix /${pkgconfig_dir} /)
  string(REGEX REPLACE "/$" "" pc_prefix "\${pcfiledir}/${pc_prefix}")
  set(pc_libdir "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
  set(pc_includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
# A static library hands its dependencies on. They stand under Requires and not under Requires.private, since
# `pkg-config --static` goes on to those of libcurl, whose development packages nobody has.
if(huggingface_hub_SHARED)
  set(pc_requires "nlohmann_json >= 3.11")
  set(pc_libs "")
  set(pc_cflags "")
  set(pc_server_requires "nlohmann_json >= 3.11")
else()
  set(pc_requires "nlohmann_json >= 3.11, libcurl >= 7.84, libcrypto >= 1.1.1, yaml-0.1")
  if(MiniZip_FOUND)
    string(APPEND pc_requires ", minizip")
  endif()
  set(pc_libs " -pthread")
  set(pc_cflags " -DHUGGINGFACE_HUB_STATIC")
  set(pc_server_requires "huggingface_hub = ${PROJECT_VERSION}")
endif()

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/huggingface_hub DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  COMPONENT huggingface_hub_development
  FILES_MATCHING PATTERN "*.hpp" PATTERN server EXCLUDE)
huggingface_hub_install_targets(huggingface_hubHeaders huggingface_hub_headers)
huggingface_hub_install_targets(huggingface_hubLibrary huggingface_hub)
huggingface_hub_install_pc(huggingface_hub)

if(TARGET huggingface_hub_server)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/huggingface_hub/server
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/huggingface_hub
    COMPONENT huggingface_hub_development
    FILES_MATCHING PATTERN "*.hpp")
  huggingface_hub_install_targets(huggingface_hubServer huggingface_hub_server)
  huggingface_hub_install_pc(huggingface_hub-server)
endif()

if(TARGET hfcpp)
  file(RELATIVE_PATH library_from_bin /${CMAKE_INSTALL_BINDIR} /${CMAKE_INSTALL_LIBDIR})
  set_target_properties(hfcpp PROPERTIES INSTALL_RPATH "$ORIGIN/${library_from_bin}")
  install(TARGETS hfcpp RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT huggingface_hub_command)
endif()

configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/huggingface_hubConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/cmake/huggingface_hubConfig.cmake
  INSTALL_DESTINATION ${package_dir}
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(
  ${CMAKE_CURRENT_BINARY_DIR}/cmake/huggingface_hubConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)  # 0.x: every minor may break
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/cmake/huggingface_hubConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/cmake/huggingface_hubConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/huggingface_hubFrameworks.cmake
  DESTINATION ${package_dir} COMPONENT huggingface_hub_development)
if(NOT huggingface_hub_SHARED)
  install(FILES cmake/FindLibYaml.cmake cmake/FindMiniZip.cmake
    DESTINATION ${package_dir} COMPONENT huggingface_hub_development)
endif()
