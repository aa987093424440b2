#include "program.hpp"

#include <array>
#include <cstdlib>

#if defined(WASMER_LLVM)
#include <wasmer/backend/llvm.hpp>
#endif

namespace wasmer::tests {

namespace {

#if defined(WASMER_LLVM)
constexpr std::array all{CompiledBy::singlepass, CompiledBy::llvm};

Llvm llvm_backend() {
  const char* const level = std::getenv("WASMER_LLVM_LEVEL");
  return {.level = level == nullptr ? Llvm::Level::none : static_cast<Llvm::Level>(std::atoi(level))};
}
#else
constexpr std::array all{CompiledBy::singlepass};
#endif

}  // namespace

std::span<const CompiledBy> compilers() { return all; }

// A compiled module is the same to every runtime, whatever made it.
Result<CompiledModule> compile_program([[maybe_unused]] CompiledBy compiler, const std::filesystem::path& program) {
#if defined(WASMER_LLVM)
  if (compiler == CompiledBy::llvm) return Runtime<Llvm>(llvm_backend()).compile_file(program);
#endif
  return Runtime<Singlepass>().compile_file(program);
}

}  // namespace wasmer::tests
