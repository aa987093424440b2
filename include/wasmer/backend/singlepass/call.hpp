#pragma once
/// \file
/// Calls: of functions of the module, of imports, through tables, and of the runtime's own C functions.

#include <cstdint>
#include <initializer_list>

#include <wasmer/backend/singlepass/merge.hpp>

namespace wasmer::singlepass {

/// Hands the topmost operands to a callee in the order of the System V ABI, and takes its results.
class CallSequence {
 public:
  /// Whether the caller goes on behind the call, or is replaced by the callee; or the callee is a function of the runtime, which does not throw.
  enum Kind : std::uint8_t { ordinary, tail, runtime };

  /// `immediates` are integer arguments that precede the operands.
  CallSequence(Emitter& emitter, std::span<const ValueType> params, std::span<const ValueType> results, std::initializer_list<std::uint64_t> immediates = {})
      : e_(emitter), params_(params), results_(results), immediates_(immediates),
        first_(e_.values.height() - static_cast<std::uint32_t>(params_.size())) {}
  CallSequence(Emitter& emitter, const FunctionType& type, Kind kind = ordinary) : CallSequence(emitter, type.params(), type.results()) { kind_ = kind; }

  /// Everything that must outlive the call leaves the caller-saved registers: into a callee-saved one if one is free, else into its home. The
  /// registers still hold what they held, so that arguments can be moved from there.
  void save_survivors() {
    Values& values = e_.values;
    (values.owned() & caller_saved).for_each([&](Reg reg) {
      const std::uint32_t slot = values.owner(reg);
      if (slot >= first_) return;
      const RegSet lasting = values.free() & callee_saved;
      if (!reg.is_xmm() && !lasting.empty() && !values.is_clean(reg)) values.move(slot, reg, lasting.first());
      else values.save(reg);
    });
  }

  /// With the callee's context in its register: arguments beyond the registers go below it, then the registers are filled.
  void pass_arguments() {
    ParallelMove moves(e_);
    bool has_loads = immediates_.size() != 0;
    std::int32_t below = 0;
    for_arguments([&](const Value& value, Reg to) {
      if (value.kind == Value::in_register) moves.add(to, value.reg, value.type);
      else has_loads = true;
    }, [&](const Value& value) {
      below -= value.type == ValueType::v128 ? 16 : 8;
      store_argument({context_register, below}, value);
    });
    moves.emit();
    if (has_loads) load_arguments();
    if (results_.size() > 1 && kind_ == tail) {
      e_.masm.mov(Width::w64, integer_arguments[0], e_.values.home(e_.values.rest_slot()));
    } else if (results_.size() > 1) {
      e_.masm.lea(Width::w64, integer_arguments[0], Mem{Gp::rsp, 0});
      std::uint32_t words = 0;
      for (const ValueType result : results_.subspan(1)) words += words_of(Values::kind_of(result));
      e_.result_words = std::max(e_.result_words, words);
    }
  }

  /// The call has been emitted: notes where it returns to, and pushes the results.
  void finish() {
    Values& values = e_.values;
    e_.note_call(kind_ == ordinary);
    values.truncate(first_);
    values.clobber();
    e_.context_valid = e_.memory_valid = false;
    std::int32_t at = 0;
    for (std::uint32_t i = 0; i < results_.size(); ++i) {
      const ValueType::Kind type = Values::kind_of(results_[i]);
      const Reg reg = i != 0 ? values.allocate(type) : is_in_vector(type) ? Reg(Xmm::xmm0) : Reg(Gp::rax);
      if (i == 0) values.claim(reg);
      else values.load(reg, type, Mem{Gp::rsp, at}), at += static_cast<std::int32_t>(8 * words_of(type));
      values.push(type, reg);
      if (i == 0 && type == ValueType::i32) values.set_garbage(reg);
    }
  }

 private:
  /// Calls `in_register(value, register)` or `below(value)` for each operand, in order.
  template <class InRegister, class Below> [[gnu::always_inline]] void for_arguments(InRegister&& in_register, Below&& below) {
    unsigned integers = (results_.size() > 1 ? 1 : 0) + static_cast<unsigned>(immediates_.size()), floats = 0;
    for (std::uint32_t i = 0; i < params_.size(); ++i) {
      const Value value = resolve(e_.values, first_ + i);
      if (is_in_vector(value.type) ? floats == float_argument_count : integers == std::size(integer_arguments)) below(value);
      else in_register(value, is_in_vector(value.type) ? Reg(static_cast<Xmm>(floats++)) : Reg(integer_arguments[integers++]));
    }
  }
  /// Fills the registers whose values no register has, when the others are where they belong.
  void load_arguments() {
    unsigned integers = results_.size() > 1 ? 1 : 0;
    for (const std::uint64_t immediate : immediates_) e_.values.load_constant(integer_arguments[integers++], ValueType::i64, immediate);
    for_arguments([&](const Value& value, Reg to) {
      if (value.kind != Value::in_register) e_.values.copy_to(to, value);
    }, [](const Value&) {});
  }

  void store_argument(Mem to, const Value& value) {
    if (value.kind == Value::in_register) return e_.values.store(to, value.type, value.reg);
    if (value.kind == Value::constant) return e_.values.store_constant(to, value.type, value.bits);
    if (value.type == ValueType::v128) return copy_vector(e_, to, e_.values.home(value.index));
    e_.masm.mov(Width::w64, scratch, e_.values.home(value.index));
    e_.masm.mov(Width::w64, to, scratch);
  }

  Emitter& e_;
  std::span<const ValueType> params_;
  std::span<const ValueType> results_;
  std::initializer_list<std::uint64_t> immediates_;
  std::uint32_t first_;
  Kind kind_ = runtime;
};

/// Before a call in a try: what the handlers need is in its home. The scratch register may be overwritten.
inline void save_for_handlers(Emitter& e) {
  if (e.handler != vm::no_handler) [[unlikely]] e.values.save_below(e.handler_bases[e.handler]);
}

/// Calls through the pair {entry, context} at [`memory_register`].
inline void call_func_ref(Emitter& e, CallSequence& call) {
  e.masm.mov(Width::w64, context_register, Mem{memory_register, vm::offset::func_ref_context});
  call.pass_arguments();
  e.masm.call(Mem{memory_register, vm::offset::func_ref_entry});
  call.finish();
}

/// The entry of an imported function to `memory_register`, its context to its own.
inline void load_import(Emitter& e, std::uint32_t function) {
  const Mem import = e.field(e.layout.import(function));
  e.masm.mov(Width::w64, memory_register, Mem{import.base, import.disp + vm::offset::import_entry});
  e.masm.mov(Width::w64, context_register, Mem{import.base, import.disp + vm::offset::import_context});
}

inline void emit(Emitter& e, op_t<Op::call>, std::uint32_t function) {
  save_for_handlers(e);
  CallSequence call(e, e.module.function_type(function));
  call.save_survivors();
  if (function >= e.module.imported_functions) {
    e.need_context();
    call.pass_arguments();
    e.object.relocations.push_back({.at = e.masm.call_later(), .function = function});
    return call.finish();
  }
  load_import(e, function);
  call.pass_arguments();
  e.masm.call(memory_register);
  call.finish();
}

/// The function reference on the stack to `memory_register`, unless it is null.
inline void take_callee(Emitter& e) {
  Value callee = e.values.pop();
  e.masm.mov(Width::w64, memory_register, e.values.gp(callee));
  e.values.release(callee);
  e.memory_valid = false;
  e.masm.test(Width::w64, memory_register, memory_register);
  e.trap_if(Condition::e, ErrorId::null_function_reference);
}

inline void emit(Emitter& e, op_t<Op::call_ref>, std::uint32_t type) {
  save_for_handlers(e);
  take_callee(e);
  CallSequence call(e, e.module.types[type].function);
  call.save_survivors();
  call_func_ref(e, call);
}

/// Calls a function of the runtime with the context, `immediates`, and the topmost operands; gives it 64-bit operands in full.
inline void emit_libcall(Emitter& e, vm::Libcall libcall, std::initializer_list<std::uint64_t> immediates, std::span<const ValueType> operands,
                         std::span<const ValueType> results) {
  e.values.settle_garbage();
  CallSequence call(e, operands, results, immediates);
  call.save_survivors();
  e.need_context();
  e.masm.mov(Width::w64, memory_register, Mem{context_register, vm::offset::libcalls});
  call.pass_arguments();
  e.masm.call(Mem{memory_register, static_cast<std::int32_t>(8 * static_cast<unsigned>(libcall))});
  call.finish();
}

/// The same for one that answers with the trap to raise, if any.
inline void emit_trapping_libcall(Emitter& e, vm::Libcall libcall, std::initializer_list<std::uint64_t> immediates, std::span<const ValueType> operands) {
  emit_libcall(e, libcall, immediates, operands, {});
  e.masm.alu(Alu::cmp, Width::w32, Gp::rax, static_cast<std::int32_t>(vm::no_trap));
  e.masm.jcc(Condition::ne, e.stub(vm::TrapSite::in_rax, ErrorId::unreachable));
}

}  // namespace wasmer::singlepass
