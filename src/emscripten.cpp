// The part of the library wasmer::compiled that is the Emscripten ABI, in a file of its own: all else that is in the library stands in the other.
#define WASMER_COMPILED
#define WASMER_COMPILING_EMSCRIPTEN
#include <wasmer/abi/emscripten.hpp>
