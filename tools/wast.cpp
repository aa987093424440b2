// `wasmer wast`.
#include "commands.hpp"

#if __has_include("wast.hpp")
#include "wast.hpp"
#endif

namespace wasmer::tools {

int wast(const Options&) { return 1; }

}  // namespace wasmer::tools
