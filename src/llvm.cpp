// The LLVM backend's part of wasmer::compiled, a library of its own. CMake defines WASMER_COMPILING_LLVM for this file.
#include <wasmer/backend/llvm.hpp>
