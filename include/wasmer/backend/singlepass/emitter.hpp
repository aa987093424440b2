#pragma once
/// \file
/// What every instruction family emits with: the assembler, the values, the module's layout, and what is put off to the end of the function
/// (trap stubs, literals).

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <wasmer/backend/backend.hpp>
#include <wasmer/backend/singlepass/control_frame.hpp>
#include <wasmer/backend/singlepass/values.hpp>
#include <wasmer/vm/canonical_type.hpp>
#include <wasmer/vm/context.hpp>
#include <wasmer/vm/object.hpp>

namespace wasmer::singlepass {

using masm::Alu;
using masm::Condition;
using masm::FloatWidth;
using masm::Label;
using masm::Masm;
using masm::Width;

/// The state of one compiler thread: reused from function to function.
class Emitter {
 public:
  Emitter(const Module& module, Bounds bounds, masm::CpuFeatures cpu)
      : module(module), layout(module), bounds(bounds), cpu(cpu), guards_memory_0(!module.memories.empty() && vm::has_guard_pages(module.memories[0], bounds)),
        has_memory_(!module.memories.empty()) {}
  Emitter(const Emitter&) = delete;
  Emitter& operator=(const Emitter&) = delete;

  const Module& module;
  const vm::ContextLayout layout;
  const Bounds bounds;
  const masm::CpuFeatures cpu;
  /// Accesses of memory 0 need no check beside its guard pages.
  const bool guards_memory_0;

  Masm masm;
  VectorLiterals vectors;
  Values values{masm, vectors};
  std::vector<ControlFrame> controls;
  std::size_t control_count = 0;
  const FunctionBody* body = nullptr;
  /// Where the current instruction stands in the module.
  std::uint32_t wasm_offset = 0;
  /// The bytes behind it.
  const std::byte* next = nullptr;

  /// True while `context_register` holds the context and `memory_register` the base of memory 0.
  bool context_valid = false;
  bool memory_valid = false;

  vm::Object object;
  Label epilogue;
  /// Words at the bottom of the frame for results 2..n of callees.
  std::uint32_t result_words = 0;
  bool makes_calls = false;
  /// The prologue must store the context, because it is loaded again.
  bool saves_context = false;
  /// Scratch of br_table: where the code for each depth begins.
  std::vector<std::uint32_t> branch_targets;

  /// \name Exceptions
  /// Who gets exceptions out of the calls at hand: in Object::handlers.
  std::uint32_t handler = vm::no_handler;
  /// For each of the object's handlers, the slot where the operands of its try begin: those below it are the pads' too.
  std::vector<std::uint32_t> handler_bases;
  /// A clause whose code comes at the end of the block that it branches to.
  struct WaitingPad {
    std::uint32_t control;  ///< that block, in `controls`
    std::uint32_t pad;      ///< in Object::pads
    bool with_reference;    ///< the label takes the exception too
  };
  std::vector<WaitingPad> pads;
  /// Notes the call that has just been emitted.
  [[gnu::always_inline]] void note_call(bool may_throw) {
    object.calls.push_back({.return_address = masm.offset(), .wasm_offset = wasm_offset});
    if (may_throw && handler != vm::no_handler) [[unlikely]] object.handled_calls.push_back({.begin = masm.offset() - 1, .end = masm.offset(), .handler = handler});
    makes_calls = true;
  }

  /// \name The context and memory
  void need_context() {
    if (context_valid) return;
    load_context(context_register);
    context_valid = true;
  }
  void load_context(Gp to) {
    masm.mov(Width::w64, to, saved_context);
    saves_context = true;
  }
  void need_memory() {
    if (memory_valid) return;
    need_context();
    masm.mov(Width::w64, memory_register, Mem{context_register, vm::offset::memory_base});
    memory_valid = true;
  }
  bool has_memory() const { return has_memory_; }
  /// A field of the context.
  Mem field(std::int32_t offset) {
    need_context();
    return {context_register, offset};
  }

  /// \name Traps
  /// The next instruction emitted traps by itself.
  [[gnu::always_inline]] void trap_site(vm::TrapSite::Kind kind, ErrorId id = ErrorId::unreachable) {
    object.traps.add({.at = masm.offset(), .wasm_offset = wasm_offset, .kind = kind, .id = id});
  }
  void trap_if(Condition condition, ErrorId id) { masm.jcc(condition, stub(vm::TrapSite::always, id)); }
  void trap(ErrorId id) {
    trap_site(vm::TrapSite::always, id);
    masm.ud2();
  }
  /// A label out of line that traps.
  Label& stub(vm::TrapSite::Kind kind, ErrorId id) {
    if (stub_count_ == stubs_.size()) stubs_.emplace_back();
    TrapStub& stub = stubs_[stub_count_++];
    stub = {.label = {}, .kind = kind, .id = id, .wasm_offset = wasm_offset};
    return stub.label;
  }
  /// Compares the stack pointer with the limit: exhaustion and interruption.
  void check_stack() {
    need_context();
    masm.alu(Alu::cmp, Width::w64, Gp::rsp, Mem{context_register, vm::offset::stack_limit});
    masm.jcc(Condition::b, stub(vm::TrapSite::stack_check, ErrorId::call_stack_exhausted));
  }

  /// \name Tail calls
  /// Stands for a callee whose entry is in `memory_register`.
  static constexpr std::uint32_t computed_callee = ~0u;
  /// The place behind the body that takes the frame down and goes on in `callee`. Arguments and context are the callee's already.
  Label& tail_call(std::uint32_t callee) {
    for (std::size_t i = tail_call_count_; i-- > 0 && i + 8 >= tail_call_count_;)
      if (tail_calls_[i].callee == callee) return tail_calls_[i].label;
    if (tail_call_count_ == tail_calls_.size()) tail_calls_.emplace_back();
    TailCall& call = tail_calls_[tail_call_count_++];
    call = {.label = {}, .callee = callee};
    return call.label;
  }
  bool makes_tail_calls() const { return tail_call_count_ != 0; }
  /// Emits those places, each after what `take_down` emits.
  template <class F> void emit_tail_calls(F&& take_down) {
    for (std::size_t i = 0; i < tail_call_count_; ++i) {
      masm.bind(tail_calls_[i].label);
      take_down();
      if (tail_calls_[i].callee == computed_callee) masm.jmp(memory_register);
      else object.relocations.push_back({.at = masm.jmp_later(), .function = tail_calls_[i].callee});
    }
  }

  /// \name Float literals
  /// A place in the code that will hold `bits`, eight bytes.
  Label& literal(std::uint64_t bits) {
    for (std::size_t i = literal_count_; i-- > 0 && i + 8 >= literal_count_;)
      if (literals_[i].bits == bits) return literals_[i].label;
    if (literal_count_ == literals_.size()) literals_.emplace_back();
    Literal& literal = literals_[literal_count_++];
    literal = {.label = {}, .bits = bits};
    return literal.label;
  }

  /// \name Looking ahead
  /// The local that the next instruction writes; `Values::no_slot` if it does something else.
  [[gnu::always_inline]] std::uint32_t next_local() const {
    if (body_end_ - next < 2) [[unlikely]] return Values::no_slot;
    const auto opcode = static_cast<std::uint8_t>(next[0]), index = static_cast<std::uint8_t>(next[1]);
    return (opcode == 0x21 || opcode == 0x22) && index < 0x80 ? index : Values::no_slot;
  }
  /// Whether the next instruction drops what this one gives. Every body has a byte behind each of its instructions, except in one that is not valid.
  bool next_drops() const { return next != body_end_ && static_cast<std::uint8_t>(*next) == info(Op::drop).code; }
  /// The register for a result of `type`: that of the local which takes it at once, else one that an operand gives up, else a free one.
  /// Registers in `avoid` are still to be read after the first write.
  template <class... Givers> [[gnu::always_inline]] Reg destination(ValueType::Kind type, RegSet avoid, Givers&... givers) {
    const std::uint32_t local = next_local();
    const RegSet able = registers_for(type) - avoid;
    Reg reg;
    if (local < values.local_count() && values[local].type == type && values.surrender(local, able, reg)) return reg;
    if ((... || gives(givers, able, reg))) return reg;
    return values.allocate(type);
  }
  /// Pushes the result in `reg` and frees what the operands still own.
  template <class... Operands> [[gnu::always_inline]] void finish(ValueType::Kind type, Reg reg, Operands&... operands) {
    ((operands.owns_register() && operands.reg != reg ? values.release(operands.reg) : void()), ...);
    values.push(type, reg);
  }

  /// Turns a comparison that is still in the flags into a register. Called by whatever does not test it.
  void settle_flags() {
    if (values.has_flags()) [[unlikely]] materialize_flags();
  }
  [[gnu::noinline]] void materialize_flags() {
    const FlagTest test = values.pop().test;
    const Reg reg = values.allocate(ValueType::i32);
    set(test, reg.gp());
    values.push(ValueType::i32, reg);
  }
  /// `reg` = 0 or 1.
  void set(FlagTest test, Gp reg) {
    if (test.parity == FlagTest::ignored) return masm.set(test.condition, reg);
    const std::uint32_t skip = (masm.mov(reg, test.parity == FlagTest::included ? 1 : 0), masm.jcc_short(Condition::p));
    masm.set(test.condition, reg);
    masm.bind_short(skip);
  }

  /// Where the fields of the module's structure type `index` lie.
  const vm::StructureLayout& structure(std::uint32_t index) {
    if (structures_.empty()) structures_.resize(module.types.size());
    if (structures_[index] == nullptr) structures_[index] = std::make_unique<vm::StructureLayout>(module.types[index].fields);
    return *structures_[index];
  }

  ControlFrame& control(std::uint32_t depth = 0) { return controls[control_count - 1 - depth]; }

  /// \name Beginning and ending a function
  void begin_function(const FunctionBody& function) {
    body = &function;
    next = function.code.data(), body_end_ = next + function.code.size();
    masm.align(16);
    range_begin_ = masm.offset();
    first_trap_ = object.traps.begin_function(range_begin_);
    masm.reserve(prologue_space);
    stub_count_ = literal_count_ = tail_call_count_ = control_count = 0;
    vectors.begin();
    first_handler_ = object.handlers.size(), first_pad_ = object.pads.size();
    handler = vm::no_handler;
    pads.clear();
    epilogue.reset();
    result_words = 0;
    makes_calls = saves_context = false;
    context_valid = true;
    memory_valid = false;
  }
  std::uint32_t range_begin() const { return range_begin_; }
  /// The function is over, and entered at `entry`. One that needs no frame has its return address on top of the stack wherever it traps.
  void end_function(std::uint32_t entry, bool has_frame, const std::array<std::uint8_t, 5>& saved = {}) {
    object.functions.push_back({.function = body->function, .begin = range_begin_, .entry = entry, .end = masm.offset(), .traps = first_trap_,
                                .frameless = !has_frame, .saved = saved});
  }
  /// The trap stubs and literals that the body refers to.
  void emit_out_of_line() {
    for (std::size_t i = 0; i < stub_count_; ++i) {
      TrapStub& stub = stubs_[i];
      masm.bind(stub.label);
      object.traps.add({.at = masm.offset(), .wasm_offset = stub.wasm_offset, .kind = stub.kind, .id = stub.id});
      masm.ud2();
    }
    vectors.emit(masm);
    if (literal_count_ == 0) return;
    masm.align(8);
    for (std::size_t i = 0; i < literal_count_; ++i) {
      masm.bind(literals_[i].label);
      masm.word64(literals_[i].bits);
    }
  }

  /// Forgets the function that was ended last.
  void take_back() {
    masm.rewind(range_begin_);
    object.functions.pop_back();
    object.traps.truncate(first_trap_);
    while (!object.calls.empty() && object.calls.back().return_address > range_begin_) object.calls.pop_back();
    while (!object.relocations.empty() && object.relocations.back().at >= range_begin_) object.relocations.pop_back();
    while (!object.handled_calls.empty() && object.handled_calls.back().end > range_begin_) object.handled_calls.pop_back();
    object.handlers.resize(first_handler_), handler_bases.resize(first_handler_), object.pads.resize(first_pad_);
  }

  void clear() {
    masm.clear();
    object.clear();
    handler_bases.clear();
  }

 private:
  /// Takes the operand's register, if it has one out of `able`.
  static bool gives(Value& giver, RegSet able, Reg& reg) {
    if (!giver.owns_register() || !able.has(giver.reg)) return false;
    giver.kind = Value::home;
    reg = giver.reg;
    return true;
  }
  struct TrapStub {
    Label label;
    vm::TrapSite::Kind kind;
    ErrorId id;
    std::uint32_t wasm_offset;
  };
  struct Literal {
    Label label;
    std::uint64_t bits;
  };
  struct TailCall {
    Label label;
    std::uint32_t callee;
  };
  bool has_memory_;
  std::vector<std::unique_ptr<vm::StructureLayout>> structures_;  ///< by type, as far as they have been asked for
  const std::byte* body_end_ = nullptr;
  std::uint32_t range_begin_ = 0;
  std::uint32_t first_trap_ = 0;
  std::size_t first_handler_ = 0, first_pad_ = 0;
  std::vector<TrapStub> stubs_;
  std::size_t stub_count_ = 0;
  std::vector<Literal> literals_;
  std::size_t literal_count_ = 0;
  std::vector<TailCall> tail_calls_;
  std::size_t tail_call_count_ = 0;
};

}  // namespace wasmer::singlepass
