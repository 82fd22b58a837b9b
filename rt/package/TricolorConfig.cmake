#===- rt/package/TricolorConfig.cmake - find_package(Tricolor) ------------------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------------------------------===
#
#   find_package(Tricolor REQUIRED)
#   target_link_libraries(app PRIVATE Tricolor::tricolor)
#
# Tricolor::tricolor compiles with the plugin (C and C++) and links the shared runtime; Tricolor::static
# links the runtime in. Only clang 22.1 can load the plugin.
#
#===-----------------------------------------------------------------------------------------------===

get_filename_component(_tricolor_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

foreach(_tricolor_language IN ITEMS C CXX)
  if(CMAKE_${_tricolor_language}_COMPILER
     AND NOT "${CMAKE_${_tricolor_language}_COMPILER_ID} ${CMAKE_${_tricolor_language}_COMPILER_VERSION}"
         MATCHES "^Clang 22\\.1\\.")
    set(Tricolor_FOUND FALSE)
    set(Tricolor_NOT_FOUND_MESSAGE " The plugin is for clang 22.1, but the ${_tricolor_language} \
compiler is ${CMAKE_${_tricolor_language}_COMPILER} (${CMAKE_${_tricolor_language}_COMPILER_ID} \
${CMAKE_${_tricolor_language}_COMPILER_VERSION}). Configure with -DCMAKE_C_COMPILER=clang-22 \
-DCMAKE_CXX_COMPILER=clang++-22 (Debian package clang-22).")
    return()
  endif()
endforeach()

if(NOT TARGET Tricolor::tricolor)
  add_library(Tricolor::tricolor SHARED IMPORTED)
  set_target_properties(Tricolor::tricolor PROPERTIES
    IMPORTED_LOCATION "${_tricolor_prefix}/lib/libtricolor.so"
    IMPORTED_SONAME "libtricolor.so.0")
  add_library(Tricolor::static STATIC IMPORTED)
  set_target_properties(Tricolor::static PROPERTIES
    IMPORTED_LOCATION "${_tricolor_prefix}/lib/libtricolor.a"
    INTERFACE_LINK_LIBRARIES "-lpthread;-ldl")
  foreach(_tricolor_target IN ITEMS tricolor static)
    set_target_properties(Tricolor::${_tricolor_target} PROPERTIES
      INTERFACE_INCLUDE_DIRECTORIES "${_tricolor_prefix}/include"
      INTERFACE_COMPILE_OPTIONS
        "$<$<COMPILE_LANGUAGE:C,CXX>:-fplugin=${_tricolor_prefix}/lib/tricolor/TricolorClang.so>")
  endforeach()
endif()
