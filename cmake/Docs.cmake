# SPDX-License-Identifier: Apache-2.0
# The target `docs`: the public headers as web pages, in docs/html of the build folder. A warning is an error.
find_package(Doxygen 1.9 QUIET)
if(NOT DOXYGEN_FOUND)
  message(STATUS "huggingface_hub: no Doxygen, so there is no target docs")
  return()
endif()
set(DOXYGEN_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/docs)
set(DOXYGEN_EXCLUDE_PATTERNS */huggingface_hub/detail/*)
set(DOXYGEN_EXCLUDE_SYMBOLS *::detail *::detail::*)
set(DOXYGEN_STRIP_FROM_PATH ${PROJECT_SOURCE_DIR}/include)
set(DOXYGEN_STRIP_FROM_INC_PATH ${PROJECT_SOURCE_DIR}/include)
set(DOXYGEN_INCLUDE_PATH ${PROJECT_SOURCE_DIR}/include)
set(DOXYGEN_MACRO_EXPANSION YES)
set(DOXYGEN_EXPAND_ONLY_PREDEF YES)
set(DOXYGEN_PREDEFINED
  "HUGGINGFACE_HUB_NAMESPACE_BEGIN=namespace huggingface_hub {"
  "HUGGINGFACE_HUB_NAMESPACE_END=}"
  "HUGGINGFACE_HUB_EXPORT=")
set(DOXYGEN_JAVADOC_AUTOBRIEF YES)
set(DOXYGEN_EXTRACT_ALL YES)
set(DOXYGEN_MARKDOWN_SUPPORT YES)
set(DOXYGEN_AUTOLINK_SUPPORT NO)
set(DOXYGEN_GENERATE_LATEX NO)
set(DOXYGEN_QUIET YES)
set(DOXYGEN_WARN_IF_UNDOCUMENTED NO)
set(DOXYGEN_WARN_AS_ERROR FAIL_ON_WARNINGS)
set(DOXYGEN_HAVE_DOT NO)
doxygen_add_docs(docs ${PROJECT_SOURCE_DIR}/include/huggingface_hub COMMENT "Documentation in ${DOXYGEN_OUTPUT_DIRECTORY}/html")
