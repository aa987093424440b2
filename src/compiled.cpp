// The library wasmer::compiled: see wasmer/support/once.hpp. CMake defines WASMER_COMPILING for this file.
#include <wasmer/compiled.hpp>
