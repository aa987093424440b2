#pragma once
/// \file
/// What is big and depends on no policy of the user's can be compiled once for all. Such a function is declared in a small header, whose last line
/// includes the definition, unless the macro WASMER_COMPILED says that the library wasmer::compiled has it. CMake defines that macro for those who
/// link the library, and WASMER_COMPILING for the library's own source.

/// Stands before a function that wasmer::compiled holds.
#if defined(WASMER_COMPILED) || defined(WASMER_COMPILING)
#define WASMER_ONCE
#else
#define WASMER_ONCE inline
#endif
