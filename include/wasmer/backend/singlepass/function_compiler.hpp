#pragma once
/// \file
/// Compiles one function: the consumer that FunctionReader hands instructions to. What each instruction emits stands in the family files.

#include <wasmer/backend/backend.hpp>
#include <wasmer/backend/singlepass/array.hpp>
#include <wasmer/backend/singlepass/atomic.hpp>
#include <wasmer/backend/singlepass/bulk.hpp>
#include <wasmer/backend/singlepass/call.hpp>
#include <wasmer/backend/singlepass/cast.hpp>
#include <wasmer/backend/singlepass/control.hpp>
#include <wasmer/backend/singlepass/convert.hpp>
#include <wasmer/backend/singlepass/exception.hpp>
#include <wasmer/backend/singlepass/float.hpp>
#include <wasmer/backend/singlepass/indirect_call.hpp>
#include <wasmer/backend/singlepass/integer.hpp>
#include <wasmer/backend/singlepass/memory.hpp>
#include <wasmer/backend/singlepass/prologue.hpp>
#include <wasmer/backend/singlepass/reference.hpp>
#include <wasmer/backend/singlepass/structure.hpp>
#include <wasmer/backend/singlepass/simd_memory.hpp>
#include <wasmer/backend/singlepass/simd_relaxed.hpp>
#include <wasmer/backend/singlepass/simd_shift.hpp>
#include <wasmer/backend/singlepass/simd_shuffle.hpp>
#include <wasmer/backend/singlepass/supported.hpp>
#include <wasmer/backend/singlepass/tail_call.hpp>
#include <wasmer/backend/singlepass/variable.hpp>
#include <wasmer/backend/singlepass/wide.hpp>
#include <wasmer/module/reader.hpp>

namespace wasmer::singlepass {

class FunctionCompiler {
 public:
  static constexpr Features features = supported;

  FunctionCompiler(const Module& module, Bounds bounds, masm::CpuFeatures cpu) : e_(module, bounds, cpu) {}

  Emitter& emitter() { return e_; }

  void begin(const FunctionBody& body, std::span<const ValueType> locals) {
    e_.begin_function(body);
    e_.values.begin(locals);
    emit_arrival(e_, e_.module.types[body.type].function, locals);
  }

  void at(std::uint32_t offset, const std::byte* next) {
    e_.wasm_offset = offset;
    e_.next = next;
    e_.values.unpin();
  }

  template <Op op, class... Immediates> void on(op_t<op>, const Immediates&... immediates) {
    if constexpr (!takes_flags(op)) e_.settle_flags();
    emit(e_, op_t<op>{}, immediates...);
  }

  void finish() { emit_end(e_); }

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
  /// Instructions that use a comparison where it is: in the flags.
  static constexpr bool takes_flags(Op op) {
    return op == Op::br_if || op == Op::if_ || op == Op::select || op == Op::select_t || op == Op::i32_eqz;
  }

  Emitter e_;
};

static_assert(handles_all_it_promises<FunctionCompiler>());

}  // namespace wasmer::singlepass
