#pragma once
/// \file
/// Builds the IR of one function: the consumer that FunctionReader hands instructions to. What each instruction becomes stands in the family files.

#include <cstdint>
#include <span>
#include <type_traits>

#include <wasmer/backend/backend.hpp>
#include <wasmer/backend/llvm/array.hpp>
#include <wasmer/backend/llvm/arrival.hpp>
#include <wasmer/backend/llvm/atomic.hpp>
#include <wasmer/backend/llvm/convert.hpp>
#include <wasmer/backend/llvm/simd_memory.hpp>
#include <wasmer/backend/llvm/simd_relaxed.hpp>
#include <wasmer/backend/llvm/supported.hpp>
#include <wasmer/backend/llvm/tail_call.hpp>
#include <wasmer/backend/llvm/variable.hpp>
#include <wasmer/backend/llvm/wide.hpp>
#include <wasmer/module/reader.hpp>

namespace wasmer::llvm_backend {

class FunctionCompiler {
 public:
  static constexpr Features features = supported;

  FunctionCompiler(const Module& module, Tuning tuning, CpuFeatures cpu) : e_(module, tuning, cpu) {}

  Emitter& emitter() { return e_; }
  /// Of the function to be read next.
  void set_subprogram(llvm::DISubprogram* subprogram) { subprogram_ = subprogram; }

  void begin(const FunctionBody& body, std::span<const ValueType> locals) { emit_arrival(e_, body, locals, subprogram_); }
  void at(std::uint32_t offset, const std::byte*) { e_.ir.SetCurrentDebugLocation(llvm::DILocation::get(e_.context(), offset, 0, subprogram_)); }
  template <Op op, class... Immediates> void on(op_t<op>, const Immediates&... immediates) {
    if (!e_.is_excessive()) [[likely]] emit(e_, op_t<op>{}, immediates...);
  }
  void finish() {}

  /// Whether there is a handler for `op` that takes what FunctionReader decodes of it.
  template <Op op> static consteval bool handles() {
    using Operand = reader::Operand<op>;
    if constexpr (op == Op::else_ || op == Op::end || op == Op::catch_all) return requires(Emitter& e) { emit(e, op_t<op>{}, true); };
    else if constexpr (op == Op::catch_ || op == Op::delegate) return requires(Emitter& e) { emit(e, op_t<op>{}, 0u, true); };
    else if constexpr (op == Op::try_table) return requires(Emitter& e, BlockType type, std::span<const CatchClause> clauses) { emit(e, op_t<op>{}, type, clauses); };
    else if constexpr (std::is_same_v<Operand, reader::NoImmediate>) return requires(Emitter& e) { emit(e, op_t<op>{}); };
    else return requires(Emitter& e, const Operand& operand) { emit(e, op_t<op>{}, operand); };
  }

 private:
  Emitter e_;
  llvm::DISubprogram* subprogram_ = nullptr;
};

static_assert(handles_all_it_promises<FunctionCompiler>());

}  // namespace wasmer::llvm_backend
