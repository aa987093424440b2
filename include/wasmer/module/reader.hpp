#pragma once
/// \file
/// Decodes and validates a function body once, and hands each instruction that can be reached to a consumer, statically. The validator is a
/// reader whose consumer does nothing; compilers and the printer are consumers.

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/module/module.hpp>
#include <wasmer/module/reader/immediates.hpp>
#include <wasmer/module/reader/validate.hpp>
#include <wasmer/wasm/opcode.hpp>

namespace wasmer {

namespace reader {

/// What an instruction's rule checks and its consumer gets. A select without an immediate gets the type that its rule finds.
template <Op op> using Operand = std::conditional_t<op == Op::select, ValueType, Decoded<info(op).immediate>>;

/// `V` has a rule for the instruction `op`: its signature, or one of its own.
template <class V, Op op>
concept HasRule = !signature_of<op>.has_rule_of_its_own() || requires(V validation, Operand<op>& immediate) {
  { validation.check(op_t<op>{}, immediate) } -> std::same_as<bool>;
};

/// Behind these instructions no path goes on.
constexpr bool ends_path(Op op) {
  switch (op) {
    case Op::unreachable:
    case Op::br:
    case Op::br_table:
    case Op::return_:
    case Op::return_call:
    case Op::return_call_indirect:
    case Op::return_call_ref:
    case Op::throw_:
    case Op::throw_ref:
    case Op::rethrow: return true;
    default: return false;
  }
}

}  // namespace reader

/// A consumer of nothing: with it, FunctionReader only validates.
struct NullConsumer {
  static constexpr Features features = Features::all();
  void begin(const FunctionBody&, std::span<const ValueType>) {}
  void at(std::uint32_t, const std::byte*) {}
  template <Op op, class... Immediates> void on(op_t<op>, const Immediates&...) {}
  void finish() {}
};

/// Reads bodies one after the other, each in one pass, and reuses its memory: one reader a thread.
///
/// A consumer has `static constexpr Features features` and is told, for each body,
/// - `begin(body, locals)`: the types of the parameters and of the declared locals, valid until the body ends;
/// - `at(offset, next)`: where in the module the next instruction's opcode is, and the bytes of the body behind that instruction;
/// - `on(op_t<op>{}, immediates...)`: the instruction, as decoded: nothing for `none` and `zero`; BlockType; for try_table BlockType and
///   `std::span<const CatchClause>`; one `std::uint32_t` for a label's depth or an index; IndexPair for two, in the binary format's order;
///   BranchTable, MemoryAccess, LaneAccess, `std::int32_t`, `std::int64_t`, F32, F64, V128 (constants and shuffles), `std::uint8_t` (a lane), HeapType,
///   Cast; for both selects the ValueType of their operands; for `else`, `end`, `catch`, `catch_all` and `delegate`, last, whether the point before them
///   can be reached;
/// - `finish()`.
///
/// Code that no path reaches is validated and not handed on: what follows a branch, a return or a trap, up to the `else`, handler or `end` of the innermost
/// block that begins where a path leads. Of that block `else`, handlers and `end` are always handed on; of a block that begins in dead code, nothing is. Behind a
/// block dead code goes on if no path leads to its end, by falling through (out of either arm) or by a branch. A consumer that wants dead code too
/// has a member `static constexpr bool takes_dead_code = true`.
template <class Validation, class Consumer> class FunctionReader {
 public:
  /// The module outlives the reader. Instructions of proposals that are not in `features`, or that the consumer doesn't handle, are refused.
  FunctionReader(const Module& module, Features features)
      : module_(module), features_(features & Consumer::features), in_(module), validation_(module) {}

  /// Reads `body`, or says what is wrong with it: the first error, with its offset in the module.
  Result<void> read(const FunctionBody& body, Consumer& consumer);

 private:
  static constexpr bool takes_dead_code = requires { requires Consumer::takes_dead_code; };

  /// The types of the parameters, then those of the locals, which are declared in runs of the same type.
  void locals(const FunctionBody& body) {
    const std::span<const ValueType> params = module_.types[body.type].function.params();
    locals_.assign(params.begin(), params.end());
    first_unset_ = ~0u;
    const std::uint64_t start = in_.offset();
    std::uint32_t runs = in_.length();
    std::uint64_t total = params.size();
    for (; runs != 0 && !in_.failed(); --runs) {
      const std::uint32_t count = in_.u32();
      const ValueType type = in_.value_type();
      total += count;
      if (total - params.size() > 0xFFFF'FFFF) return void(in_.fail(ErrorId::too_many_locals, start));
      if (!type.is_defaultable() && count != 0) [[unlikely]] first_unset_ = std::min(first_unset_, static_cast<std::uint32_t>(total - count));
      if (!in_.failed() && total <= limit::locals) locals_.insert(locals_.end(), count, type);
    }
    in_.within(total, limit::locals, "locals", start);
  }

  /// Reads one instruction. False at the end of the body, and after an error.
  [[gnu::always_inline]] bool instruction(Consumer& consumer) {
    if (in_.at_end()) [[unlikely]] return in_.missing_end();
    opcode_ = in_.position();
    const std::uint8_t byte = in_.next();
    // A quarter of all instructions, and the one whose successor is most often itself: a branch of its own is predicted better than the switch's.
    if (byte == info(Op::local_get).code) return step<Op::local_get>(consumer);
    switch (const int opcode = byte; opcode) {
#define WASM_OP(id, text, prefix, code, ...) \
  case prefix == 0 ? code : 0x100 + static_cast<int>(Op::id): if constexpr (prefix == 0) return step<Op::id>(consumer); break;
#include <wasmer/wasm/opcodes.def>
#undef WASM_OP
      case 0xFB:
      case 0xFC:
      case 0xFD:
      case 0xFE: return prefixed(byte, consumer);
      default: break;
    }
    return in_.fail(ErrorId::illegal_opcode, opcode_offset(), illegal_opcode_detail(0, byte));
  }

  /// An instruction of two parts: `prefix`, and a code.
  [[gnu::noinline]] bool prefixed(std::uint8_t prefix, Consumer& consumer) {
    std::uint32_t code = 0;
    if (!in_.read_u32(code)) return false;
    const std::optional<Op> op = find(prefix, code);
    if (!op) return in_.fail(ErrorId::illegal_opcode, opcode_offset(), illegal_opcode_detail(prefix, code));
    switch (*op) {
#define WASM_OP(id, text, prefix, ...) \
  case Op::id: if constexpr (prefix != 0) return step<Op::id>(consumer); break;
#include <wasmer/wasm/opcodes.def>
#undef WASM_OP
    }
    __builtin_unreachable();
  }

  /// Decodes the immediates of one instruction, validates it and hands it on.
  template <Op op> [[gnu::always_inline]] bool step(Consumer& consumer) {
    constexpr OpInfo row = info(op);
    if constexpr (!Consumer::features.has(row.since) || !reader::HasRule<Validation, op>) {
      return needs(row.since);
    } else {
      if constexpr (row.since != Proposal::mvp)
        if (!features_.has(row.since)) [[unlikely]] return needs(row.since);
      reader::Operand<op> immediate{};
      if constexpr (op != Op::select)
        if (!in_.decode(reader::kind_t<row.immediate>{}, immediate)) [[unlikely]] return false;
      if constexpr (op == Op::else_) return else_(consumer);
      else if constexpr (op == Op::end) return end(consumer);
      else if constexpr (op == Op::catch_ || op == Op::catch_all) return handler<op>(consumer, immediate);
      else if constexpr (op == Op::delegate) return delegate(consumer, immediate);
      else return check<op>(immediate) && hand_on<op>(consumer, immediate);
    }
  }

  template <Op op> [[gnu::always_inline]] bool check(reader::Operand<op>& immediate) {
    if constexpr (reader::signature_of<op>.has_rule_of_its_own()) {
      return validation_.check(op_t<op>{}, immediate);
    } else {
      ValueType address = ValueType::i32;
      return validation_.template check_immediate<op>(immediate, address) && validation_.template apply<reader::signature_of<op>>(address);
    }
  }

  [[gnu::cold, gnu::noinline]] bool needs(Proposal proposal) { return in_.fail(Error::needs(proposal, opcode_offset())); }
  [[gnu::always_inline]] std::uint64_t opcode_offset() const { return in_.offset_of(opcode_); }

  bool else_(Consumer& consumer) {
    if (validation_.innermost().kind != reader::FrameKind::if_) return in_.fail(ErrorId::illegal_opcode, opcode_offset(), "else outside of an if");
    if (!validation_.check(op_t<Op::else_>{}, {})) return false;
    if (takes_dead_code || validation_.innermost().live) tell<Op::else_>(consumer, validation_.live());
    return validation_.turn();
  }

  bool end(Consumer& consumer) {
    if (!validation_.check(op_t<Op::end>{}, {})) return false;
    if (takes_dead_code || validation_.innermost().live) tell<Op::end>(consumer, validation_.live());
    if (!validation_.close()) return false;
    if (validation_.depth() != 0) [[likely]] return true;
    if (!in_.at_end()) in_.fail(ErrorId::section_size_mismatch, in_.offset());
    return false;
  }

  /// A handler of the innermost try begins.
  template <Op op> bool handler(Consumer& consumer, reader::Operand<op>& immediate) {
    const reader::FrameKind kind = validation_.innermost().kind;
    if (kind != reader::FrameKind::try_ && kind != reader::FrameKind::catch_) return in_.fail(ErrorId::illegal_opcode, opcode_offset(), "handler outside of a try");
    if (!validation_.check(op_t<op>{}, immediate)) return false;
    if constexpr (op == Op::catch_) {
      if (takes_dead_code || validation_.innermost().live) tell<op>(consumer, immediate, validation_.live());
      return validation_.turn(reader::FrameKind::catch_, module_.types[module_.tags[immediate].type].function.params());
    } else {
      if (takes_dead_code || validation_.innermost().live) tell<op>(consumer, validation_.live());
      return validation_.turn(reader::FrameKind::catch_all, {});
    }
  }

  /// The innermost try ends, and leaves its exceptions to another.
  bool delegate(Consumer& consumer, std::uint32_t depth) {
    if (validation_.innermost().kind != reader::FrameKind::try_) return in_.fail(ErrorId::illegal_opcode, opcode_offset(), "delegate outside of a try");
    if (!validation_.check(op_t<Op::delegate>{}, depth)) return false;
    if (takes_dead_code || validation_.innermost().live) tell<Op::delegate>(consumer, depth, validation_.live());
    return validation_.close();
  }

  template <Op op, class Immediate> [[gnu::always_inline]] bool hand_on(Consumer& consumer, const Immediate& immediate) {
    if (takes_dead_code || validation_.live()) {
      if constexpr (std::is_same_v<Immediate, reader::NoImmediate>) tell<op>(consumer);
      else if constexpr (std::is_same_v<Immediate, reader::CatchBlock>) tell<op>(consumer, immediate.type, immediate.clauses);
      else tell<op>(consumer, immediate);
    }
    if constexpr (reader::ends_path(op)) validation_.diverge();
    return true;
  }
  template <Op op, class... Immediates> [[gnu::always_inline]] void tell(Consumer& consumer, const Immediates&... immediates) {
    consumer.at(static_cast<std::uint32_t>(opcode_offset()), in_.position());
    consumer.on(op_t<op>{}, immediates...);
  }

  const Module& module_;
  Features features_;
  reader::Immediates in_;
  Validation validation_;
  std::vector<ValueType> locals_;
  std::uint32_t first_unset_ = ~0u;    ///< the first local that begins without a value
  const std::byte* opcode_ = nullptr;  ///< of the instruction at hand
};

template <class Validation, class Consumer> Result<void> FunctionReader<Validation, Consumer>::read(const FunctionBody& body, Consumer& consumer) {
  in_.begin(body, features_);
  in_.set_type_count(module_.types.size());
  locals(body);
  if (!in_.failed()) {
    validation_.begin(body, locals_, first_unset_);
    consumer.begin(body, locals_);
    while (instruction(consumer)) {}
  }
  if (in_.failed()) [[unlikely]] return in_.error();
  if (validation_.failed()) [[unlikely]] return Error(validation_.error()).with_offset(opcode_offset());
  consumer.finish();
  return success();
}

}  // namespace wasmer
