# How this tree builds its own programs: warnings, sanitizers, the linker, the compiler's cache, and where the test data is.
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Every program of ours links this one, which nobody who uses the library sees.
add_library(wasmer-build INTERFACE)
target_link_libraries(wasmer-build INTERFACE wasmer)
target_compile_options(wasmer-build INTERFACE -Wall -Wextra -Wpedantic $<$<BOOL:${WASMER_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(wasmer-build INTERFACE -Wno-restrict)  # g++ 12 warns of `"text" + std::string` (its bug 105329)
endif()

if(WASMER_SANITIZE)
  target_compile_options(wasmer-build INTERFACE -fsanitize=${WASMER_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
                                                $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)  # g++ 12 sees ghosts in instrumented code
  target_link_options(wasmer-build INTERFACE -fsanitize=${WASMER_SANITIZE})
endif()

if(PROJECT_IS_TOP_LEVEL)
  include(CheckLinkerFlag)
  foreach(linker mold lld)
    check_linker_flag(CXX -fuse-ld=${linker} WASMER_HAVE_${linker})
    if(WASMER_HAVE_${linker})
      target_link_options(wasmer-build INTERFACE -fuse-ld=${linker})
      break()
    endif()
  endforeach()

  find_program(CCACHE_PROGRAM ccache)
  if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Precompiled headers need both: the cache must not compare their times, and the compilers must not write any into them.
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND};-E;env;CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime;${CCACHE_PROGRAM}")
    target_compile_options(wasmer-build INTERFACE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess> "$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>")
  endif()
endif()

# The corpus: official tests and real programs, read where they are. Without it the tests that need it are reported as skipped.
set(WASMER_CORPUS "" CACHE PATH "Folder of the test data (spec/, bench/, ...)")
if(NOT WASMER_CORPUS)
  if(EXISTS "${PROJECT_SOURCE_DIR}/../shared/corpus")
    cmake_path(ABSOLUTE_PATH PROJECT_SOURCE_DIR NORMALIZE OUTPUT_VARIABLE here)
    cmake_path(SET WASMER_CORPUS NORMALIZE "${here}/../shared/corpus")
  elseif(DEFINED ENV{WASMER_CORPUS})
    set(WASMER_CORPUS "$ENV{WASMER_CORPUS}")
  endif()
endif()
