# SPDX-License-Identifier: Apache-2.0
# minizip, of the authors of zlib, has a CMake package on some systems only: target MiniZip::MiniZip. Its headers include
# those of zlib, which Debian's package does not bring along.
find_path(MiniZip_INCLUDE_DIR unzip.h PATH_SUFFIXES minizip)
find_path(MiniZip_ZLIB_INCLUDE_DIR zlib.h)
find_library(MiniZip_LIBRARY NAMES minizip libminizip)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(MiniZip REQUIRED_VARS MiniZip_LIBRARY MiniZip_INCLUDE_DIR MiniZip_ZLIB_INCLUDE_DIR)
if(MiniZip_FOUND AND NOT TARGET MiniZip::MiniZip)
  add_library(MiniZip::MiniZip UNKNOWN IMPORTED)
  set_target_properties(MiniZip::MiniZip PROPERTIES
    IMPORTED_LOCATION ${MiniZip_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES "${MiniZip_INCLUDE_DIR};${MiniZip_ZLIB_INCLUDE_DIR}")
endif()
mark_as_advanced(MiniZip_INCLUDE_DIR MiniZip_ZLIB_INCLUDE_DIR MiniZip_LIBRARY)
