#pragma once
/// \file
/// The backends that the command is built with, told apart at run time in this one place.

#include <utility>

#include <wasmer/backend/singlepass.hpp>
#if defined(WASMER_LLVM)
#include <wasmer/backend/llvm.hpp>
#endif

#include "options.hpp"

namespace wasmer::tools {

/// Calls `visitor` with the backend that the options name, tuned as they say.
template <class Visitor> decltype(auto) with_backend(const Options& options, Visitor&& visitor) {
  switch (options.backend) {
    case BackendName::singlepass: {
      Singlepass backend;
      backend.bounds = options.bounds;
      return std::forward<Visitor>(visitor)(std::move(backend));
    }
#if defined(WASMER_LLVM)
    case BackendName::llvm: {
      Llvm backend;
      backend.bounds = options.bounds;
      backend.level = static_cast<Llvm::Level>(options.llvm_level);
      backend.exact_traps = options.llvm_exact_traps;
      return std::forward<Visitor>(visitor)(std::move(backend));
    }
#endif
  }
  __builtin_unreachable();
}

}  // namespace wasmer::tools
