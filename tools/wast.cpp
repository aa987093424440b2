// `wasmer wast`.
#include "wast.hpp"

#include "backends.hpp"
#include "commands.hpp"

namespace wasmer::tools {

int wast(const Options& options) {
  return with_backend(options, [&]<Backend B>(const B& backend) {
    return run_wast(Runtime<B>(backend, {.threads = options.threads, .features = options.features}), options.files);
  });
}

}  // namespace wasmer::tools
