// `wasmer wast`.
#include "wast.hpp"

#include "backends.hpp"
#include "commands.hpp"
#include "report.hpp"

namespace wasmer::tools {

int wast(const Options& options) {
  ExpectedFailures expected;
  if (!options.expected_failures.empty()) {
    auto read = ExpectedFailures::read(options.expected_failures);
    if (!read.has_value()) return report(read.assume_error(), options.expected_failures);
    expected = std::move(read).assume_value();
  }
  return with_backend(options, [&]<Backend B>(const B& backend) {
    return run_wast(Runtime<B>(backend, {.threads = options.threads, .features = options.features, .heap = {.stress = options.gc_stress}}), options.files,
                    expected);
  });
}

}  // namespace wasmer::tools
