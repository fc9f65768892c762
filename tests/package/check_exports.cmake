# SPDX-License-Identifier: Apache-2.0
# What the shared library shows to others: names of its own, within the namespace of its version, and what the standard
# library makes of them. Nothing of libcurl, OpenSSL, libyaml or nlohmann_json: a program may use another one of these.
cmake_minimum_required(VERSION 3.25)
file(GLOB libraries ${prefix}/lib*/libhuggingface_hub.so ${prefix}/lib*/*/libhuggingface_hub.so)
if(NOT libraries)
  message(FATAL_ERROR "there is no shared library in ${prefix}")
endif()
list(GET libraries 0 library)
execute_process(COMMAND ${nm} --dynamic --demangle --defined-only ${library}
  OUTPUT_VARIABLE names COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE ";" "," names "${names}")
string(REPLACE "\n" ";" names "${names}")

set(ours 0)
foreach(name IN LISTS names)
  if(name MATCHES "^[0-9a-f]+ W std::")  # Clang shows what is of the standard library, whatever types it is about.
    continue()
  endif()
  if(name MATCHES "nlohmann|[^_]curl_|SSL_|EVP_|yaml_" OR name MATCHES "[0-9a-f]+ [TDBR] " AND NOT name MATCHES "huggingface_hub::v")
    message(SEND_ERROR "exported, and should not be: ${name}")
  endif()
  if(name MATCHES "huggingface_hub::v[0-9_]+::")
    math(EXPR ours "${ours} + 1")
  endif()
endforeach()
if(ours LESS 100)
  message(FATAL_ERROR "only ${ours} names of ours are exported")
endif()
