#pragma once
/// \file
/// Instruction sequences, flat and folded (spec section 6.5.9 to 6.5.12). Nesting costs memory, never stack: what is open is kept in an array.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <wasmer/text/immediates.hpp>

namespace wasmer::text {

/// Encodes instruction sequences. One parser serves all functions of a module, one after the other.
class InstructionParser {
 public:
  explicit InstructionParser(Draft& draft) : draft_(draft), cursor_(draft.cursor), immediates_(draft) {}

  /// The names of the parameters and locals of the function that comes next.
  IndexSpace& locals() { return immediates_.locals; }

  /// The instructions of a function and their end, and what is hinted at of its branches.
  void body(std::uint32_t function, Encoder& code) {
    expect_no_hint_before(cursor_.position());
    in_body_ = true;
    sequence(code);
    in_body_ = false;
    code.opcode(Op::end);
    if (hints_.count == 0) return;
    draft_.hinted_functions.add().u32(function);
    std::exchange(hints_, {}).write_to(draft_.hinted_functions.body);
  }
  /// Instructions up to the parenthesis that closes what they stand in.
  void sequence(Encoder& code) {
    while (!cursor_.failed() && !(frames_.empty() && cursor_.at(Token::right))) step(code);
    finish();
  }
  /// One folded instruction.
  void folded(Encoder& code) {
    cursor_.at(Token::left) ? step(code) : cursor_.unexpected();
    while (!cursor_.failed() && !frames_.empty()) step(code);
    finish();
  }

  /// Fails if a hint stands before the token `position` that no instruction of a function has had.
  void expect_no_hint_before(std::uint32_t position) {
    if (next_hint_ < draft_.branch_hints.size() && draft_.branch_hints[next_hint_].before < position)
      cursor_.fail(ErrorId::branch_hint_annotation, *draft_.branch_hints[next_hint_].id, "not in a function");
  }

 private:
  /// What is open. Comments say what may come next.
  enum class Kind : std::uint8_t {
    operands,        // folded operands of a plain instruction, which waits in pending_
    condition,       // folded operands of an if, which waits in pending_; then (then
    arms,            // (else or the end of the if
    arms_done,       // the end of the if
    attempt,         // (do
    attempted,       // (delegate, or what handlers may be followed by
    handlers,        // (catch, (catch_all or the end of the try
    handlers_done,   // the end of the try
    delegated,       // the end of the try, which is no instruction
    // All below hold a sequence of instructions.
    arm,             // (then or (else, (do, (catch or (catch_all: ends with its parenthesis
    block,           // ends with its parenthesis
    flat_block,      // ends with end, as all below
    flat_if,
    flat_else,
    flat_try,
    flat_catch,
    flat_catch_all,
  };
  struct Frame {
    Kind kind;
    std::uint32_t pending = 0;     ///< where its instruction begins in pending_
    std::string_view label = {};   ///< of a folded if, until it is in scope
    const BranchHint* hint = nullptr;
    std::size_t else_at = none;    ///< where the else stands in the code; it goes away if nothing follows
  };
  static constexpr std::size_t none = ~std::size_t{0};

  Kind top() const { return frames_.back().kind; }
  bool holds_sequence() const { return frames_.empty() || top() >= Kind::arm; }

  void step(Encoder& code) {
    const BranchHint* const hint = next_hint_ < draft_.branch_hints.size() ? take_hint() : nullptr;
    switch (cursor_.peek().kind) {
      case Token::left:
        open(code);
        if (hint != nullptr && !cursor_.failed()) frames_.back().hint = hint;
        return;
      case Token::keyword:
        if (hint != nullptr) write_hint(*hint, code);
        return flat(code);
      case Token::right: return close(code);
      default: return cursor_.unexpected();
    }
  }
  void finish() {
    if (!cursor_.failed()) return;
    frames_.clear();
    pending_.clear();
    immediates_.labels.clear();
  }

  void push(Kind kind) { frames_.push_back({.kind = kind, .pending = static_cast<std::uint32_t>(pending_.size())}); }

  /// Reads and writes the head of a block, up to its first instruction. The label is for the caller to push.
  std::string_view block_head(Op op, Encoder& out) {
    const std::string_view label = cursor_.take_name();
    out.opcode(op);
    block_type(draft_, out);
    if (op == Op::try_table) immediates_.catch_clauses(out);
    return label;
  }

  /// A parenthesis opens a folded instruction or a part of one.
  void open(Encoder& code) {
    const Word word = cursor_.peek(1).word();
    const bool is_part = !frames_.empty() && top() > Kind::operands && top() < Kind::arm && (top() != Kind::condition || word == Word::then);
    if (is_part) return open_part(word, code);
    cursor_.take();
    const std::optional<Op> op = op_of(word);
    if (!op) return cursor_.unexpected();
    switch (*op) {
      case Op::block:
      case Op::loop:
      case Op::try_table:
        cursor_.take();
        immediates_.labels.push(block_head(*op, code));
        return push(Kind::block);
      case Op::if_: {
        cursor_.take();
        push(Kind::condition);
        frames_.back().label = block_head(*op, pending_);
        return;
      }
      case Op::try_:
        cursor_.take();
        immediates_.labels.push(block_head(*op, code));
        return push(Kind::attempt);
      case Op::else_: case Op::end: case Op::catch_: case Op::catch_all: case Op::delegate: return cursor_.unexpected();
      default:
        cursor_.take();
        push(Kind::operands);
        return immediates_.instruction(*op, pending_);
    }
  }
  void open_part(Word word, Encoder& code) {
    Frame& whole = frames_.back();
    const auto starts = [&](Kind from, Word with) { return whole.kind == from && word == with && cursor_.take_group_if(with); };
    if (starts(Kind::condition, Word::then)) {
      flush_pending(whole, code);
      immediates_.labels.push(whole.label);
      whole.kind = Kind::arms;
      push(Kind::arm);
    } else if (starts(Kind::arms, text::word(Op::else_))) {
      whole.kind = Kind::arms_done;
      push(Kind::arm);
      frames_.back().else_at = code.size();
      code.opcode(Op::else_);
    } else if (starts(Kind::attempt, Word::do_)) {
      whole.kind = Kind::attempted;
      push(Kind::arm);
    } else if (starts(Kind::attempted, text::word(Op::delegate))) {
      whole.kind = Kind::delegated;
      delegate(code);
      cursor_.close();
    } else if (starts(Kind::attempted, text::word(Op::catch_)) || starts(Kind::handlers, text::word(Op::catch_))) {
      whole.kind = Kind::handlers;
      immediates_.instruction(Op::catch_, code);
      push(Kind::arm);
    } else if (starts(Kind::attempted, text::word(Op::catch_all)) || starts(Kind::handlers, text::word(Op::catch_all))) {
      whole.kind = Kind::handlers_done;
      immediates_.instruction(Op::catch_all, code);
      push(Kind::arm);
    } else {
      cursor_.take();
      cursor_.unexpected();
    }
  }

  /// A parenthesis closes a folded instruction or a part of one.
  void close(Encoder& code) {
    const Frame frame = frames_.back();
    switch (frame.kind) {
      case Kind::operands: flush_pending(frame, code); break;
      case Kind::arm: drop_empty_else(frame, code); break;
      case Kind::delegated: break;
      case Kind::arms: case Kind::arms_done: case Kind::attempted: case Kind::handlers: case Kind::handlers_done: case Kind::block: end(code); break;
      default: return cursor_.unexpected();
    }
    cursor_.take();
    frames_.pop_back();
  }

  /// A keyword among instructions.
  void flat(Encoder& code) {
    const std::optional<Op> op = op_of(cursor_.peek().word());
    if (!op || !holds_sequence()) return cursor_.unexpected();
    switch (*op) {
      case Op::block:
      case Op::loop:
      case Op::try_table: return open_flat(*op, Kind::flat_block, code);
      case Op::if_: return open_flat(*op, Kind::flat_if, code);
      case Op::try_: return open_flat(*op, Kind::flat_try, code);
      case Op::else_:
        if (!continues(Kind::flat_if, Kind::flat_if, Kind::flat_else)) return;
        frames_.back().else_at = code.size();
        return code.opcode(Op::else_);
      case Op::catch_:
        if (continues(Kind::flat_try, Kind::flat_catch, Kind::flat_catch, false)) immediates_.instruction(Op::catch_, code);
        return;
      case Op::catch_all:
        if (continues(Kind::flat_try, Kind::flat_catch, Kind::flat_catch_all)) code.opcode(Op::catch_all);
        return;
      case Op::delegate:
        if (!continues(Kind::flat_try, Kind::flat_try, Kind::flat_try, false)) return;
        delegate(code);
        return frames_.pop_back();
      case Op::end:
        if (!continues(Kind::flat_block, Kind::flat_catch_all, frames_.empty() ? Kind::block : top())) return;
        drop_empty_else(frames_.back(), code);
        end(code);
        return frames_.pop_back();
      default:
        cursor_.take();
        return immediates_.instruction(*op, code);
    }
  }
  void open_flat(Op op, Kind kind, Encoder& code) {
    cursor_.take();
    immediates_.labels.push(block_head(op, code));
    push(kind);
  }
  /// The keyword here goes on with or ends a block whose kind is of [first, last]; it becomes `next`. The label may be repeated after it.
  bool continues(Kind first, Kind last, Kind next, bool may_repeat_label = true) {
    if (frames_.empty() || top() < first || top() > last) return cursor_.unexpected(), false;
    cursor_.take();
    frames_.back().kind = next;
    if (may_repeat_label && cursor_.at(Token::identifier)) {
      const Token& token = cursor_.take();
      if (cursor_.source().name_of(token) != immediates_.labels.name()) return cursor_.fail(ErrorId::mismatching_label, token), false;
    }
    return true;
  }

  void end(Encoder& code) {
    code.opcode(Op::end);
    immediates_.labels.pop();
  }
  /// Its label is seen from outside of the try.
  void delegate(Encoder& code) {
    immediates_.labels.pop();
    immediates_.instruction(Op::delegate, code);
  }
  void flush_pending(const Frame& frame, Encoder& code) {
    if (frame.hint != nullptr) write_hint(*frame.hint, code);
    code.append(pending_.bytes().subspan(frame.pending));
    pending_.truncate(frame.pending);
  }

  /// The hint that stands before the instruction here, if there is one.
  const BranchHint* take_hint() {
    const BranchHint& hint = draft_.branch_hints[next_hint_];
    if (hint.before > cursor_.position()) return nullptr;
    if (!in_body_) return expect_no_hint_before(cursor_.position() + 1), nullptr;
    ++next_hint_;
    if (next_hint_ < draft_.branch_hints.size() && draft_.branch_hints[next_hint_].before == hint.before)
      return cursor_.fail(ErrorId::branch_hint_annotation, *draft_.branch_hints[next_hint_].id, "duplicate annotation"), nullptr;
    const Word word = cursor_.peek(cursor_.at(Token::left) ? 1 : 0).word();
    if (hint.before != cursor_.position() || (word != text::word(Op::if_) && word != text::word(Op::br_if)))
      return cursor_.fail(ErrorId::branch_hint_target, *hint.id, {}), nullptr;
    return &hint;
  }
  void write_hint(const BranchHint& hint, const Encoder& code) {
    hints_.add().u32(static_cast<std::uint32_t>(code.size()));
    hints_.body.u8(1);
    hints_.body.u8(hint.value);
  }

  static void drop_empty_else(const Frame& frame, Encoder& code) {
    if (frame.else_at != none && code.size() == frame.else_at + 1) code.truncate(frame.else_at);
  }

  Draft& draft_;
  Cursor& cursor_;
  Immediates immediates_;
  std::vector<Frame> frames_;
  Encoder pending_;             ///< plain instructions and heads of ifs whose operands are still being read
  Entries hints_;               ///< of the function at hand
  std::size_t next_hint_ = 0;   ///< the first of draft_.branch_hints that has not been taken
  bool in_body_ = false;
};

}  // namespace wasmer::text
