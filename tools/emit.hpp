#pragma once
/// \file
/// What becomes of a module on its way through LLVM, for people and for other programs: the whole module as one part.

#if defined(WASMER_LLVM)
#include <string>

#include <wasmer/backend/llvm.hpp>

#include "load.hpp"
#include "output.hpp"
#include "report.hpp"

namespace wasmer::tools {

inline llvm_backend::Listing listing_of(Emission emission) {
  switch (emission) {
    case Emission::none:
    case Emission::llvm_ir: return llvm_backend::Listing::ir;
    case Emission::llvm_ir_optimized: return llvm_backend::Listing::optimized_ir;
    case Emission::assembly: return llvm_backend::Listing::assembly;
    case Emission::object: return llvm_backend::Listing::object;
  }
  return llvm_backend::Listing::ir;
}

inline int emit(const Llvm& backend, const Options& options) {
  const auto listed = [&]() -> Result<std::string> {
    WASMER_TRY(const Module module, load_valid(options.files.front(), Llvm::features));
    return backend.compiler(module).list(module.bodies, listing_of(options.emission));
  }();
  return listed.has_value() ? write(listed.assume_value(), options) : report(listed.error(), title(options.files.front()));
}

}  // namespace wasmer::tools
#endif
