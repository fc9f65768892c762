# SPDX-License-Identifier: Apache-2.0
# Finds what we build on: quietly where it is there, one line that names the package where it is not.
# The targets are global, so that a project that has us by add_subdirectory can link them through us.

# huggingface_hub_require(<package> [<version>] DEBIAN <package's name there> [FOR <option> <what is lost without it>])
# With FOR, a package that is missing turns the option off instead of ending the configuration.
macro(huggingface_hub_require name)
  cmake_parse_arguments(require "" "DEBIAN" "FOR" ${ARGN})
  find_package(${name} ${require_UNPARSED_ARGUMENTS} QUIET GLOBAL)
  if(NOT ${name}_FOUND)
    set(require_message "${name} ${require_UNPARSED_ARGUMENTS} was not found (Debian, Ubuntu: apt install ${require_DEBIAN})")
    if(require_FOR AND NOT HUGGINGFACE_HUB_BUILD_TESTS)
      list(GET require_FOR 0 require_option)
      list(GET require_FOR 1 require_lost)
      message(STATUS "huggingface_hub: ${require_message}; building without ${require_lost}")
      set(${require_option} OFF)
    else()
      message(FATAL_ERROR "huggingface_hub: ${require_message}")
    endif()
  endif()
endmacro()

huggingface_hub_require(nlohmann_json 3.11 DEBIAN nlohmann-json3-dev)
huggingface_hub_require(Threads DEBIAN libc6-dev)
huggingface_hub_require(CURL 7.84 DEBIAN libcurl4-openssl-dev)
huggingface_hub_require(OpenSSL 1.1.1 DEBIAN libssl-dev)
huggingface_hub_require(LibYaml DEBIAN libyaml-dev)
find_package(MiniZip QUIET GLOBAL)
if(NOT MiniZip_FOUND)
  message(STATUS "huggingface_hub: MiniZip was not found (Debian, Ubuntu: apt install libminizip-dev zlib1g-dev); building without "
    "DDUF and files of torch.save")
endif()
if(HUGGINGFACE_HUB_BUILD_CLI)
  huggingface_hub_require(CLI11 2.1 DEBIAN libcli11-dev
    FOR HUGGINGFACE_HUB_BUILD_CLI "the command hfcpp")
endif()
