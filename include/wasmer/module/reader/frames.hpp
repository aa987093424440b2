#pragma once
/// \file
/// The two stacks of validation (spec appendix A.3): operand types, and the blocks that are open. They keep their memory from body to body.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/module/type_matching.hpp>
#include <wasmer/wasm/immediate.hpp>
#include <wasmer/wasm/limits.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer::reader {

enum class FrameKind : std::uint8_t { function, block, loop, if_, else_, try_, catch_, catch_all };

/// A block that is open.
struct ControlFrame {
  BlockType type;
  std::uint32_t height = 0;  ///< of the operand stack below the block's own operands
  FrameKind kind = FrameKind::block;
  bool polymorphic = false;  ///< what follows is unreachable: operands of any type may be popped (the specification's flag)
  bool live = false;         ///< a path leads to its beginning
  bool targeted = false;     ///< a path leads to its end by a branch, or by the end of its then-arm

  /// What a branch to the block takes.
  std::span<const ValueType> label() const { return kind == FrameKind::loop ? type.params : type.results; }
};

/// The operands and the blocks of the function at hand, and whether the code at hand can be reached.
class Frames {
 public:
  explicit Frames(const Module* module = nullptr) : types_(module) {}

  /// Opens the function's own block. No instruction pushes more operands than it has bytes, unless it says how many: `code_size` bytes need no
  /// further checks.
  void begin(BlockType type, std::size_t code_size) {
    code_size_ = code_size;
    reserve(0);
    top_ = floor_ = bottom();
    control_.clear();
    live_ = true;
    control_.push_back({{{}, type.results}, 0, FrameKind::function, false, true, false});
    error_.reset();
  }

  bool failed() const { return error_.has_value(); }
  /// The first error, as yet without its offset.
  const Error& error() const { return *error_; }
  [[gnu::cold, gnu::noinline]] bool fail(ErrorId id, std::string detail = {}) {
    if (!error_) error_ = Error(id, Error::no_offset, std::move(detail));
    return false;
  }

  /// Whether a path leads to the instruction at hand.
  bool live() const { return live_; }
  /// Blocks that are open, the function's own included.
  std::size_t depth() const { return control_.size(); }
  ControlFrame& innermost() { return control_.back(); }
  /// The block that a branch of this depth leads to; null, and a failure, if there is none.
  ControlFrame* target(std::uint32_t depth) {
    if (depth >= control_.size()) [[unlikely]]
      return fail(ErrorId::unknown_label, std::to_string(depth) + " (there are " + std::to_string(control_.size()) + ")"), nullptr;
    return &control_[control_.size() - 1 - depth];
  }

  /// Pushes a type that the instruction at hand has a byte for.
  void push(ValueType type) { *top_++ = type; }
  bool push(std::span<const ValueType> types) {
    if (types.size() > 1) [[unlikely]] {
      if (types.size() > limit::operands - std::min<std::size_t>(height(), limit::operands))
        return fail(ErrorId::implementation_limit, "more than " + std::to_string(limit::operands) + " operands");
      reserve(types.size());
    }
    for (const ValueType type : types) push(type);
    return true;
  }

  bool pop(ValueType expected) {
    if (top_ != floor_ && top_[-1] == expected) [[likely]] {
      --top_;
      return true;
    }
    return pop_rare(expected);
  }
  bool pop(std::span<const ValueType> expected) {
    for (std::size_t i = expected.size(); i != 0; --i)
      if (!pop(expected[i - 1])) return false;
    return true;
  }
  /// Pops an operand of whatever type; `bottom` if nothing is known of it.
  bool pop_any(ValueType& type) {
    if (top_ != floor_) [[likely]] {
      type = *--top_;
      return true;
    }
    type = ValueType::bottom;
    return innermost().polymorphic || fail(ErrorId::type_mismatch, "expected a value, got nothing");
  }

  /// Operands of known types give way to results of known types. As a rule the operands are there, and a result that has the type of the operand in
  /// its place is there already.
  template <class Types> [[gnu::always_inline]] bool replace() {
    constexpr auto& operands = Types::operands;
    constexpr auto& results = Types::results;
    ValueType* const bottom = top_ - operands.size();
    bool there = bottom >= floor_;
    for (std::size_t i = 0; i < operands.size(); ++i) there &= bottom[i] == operands[i];
    if (!there) [[unlikely]] return exchange(operands, results);
    for (std::size_t i = 0; i < results.size(); ++i)
      if (i >= operands.size() || operands[i] != results[i]) bottom[i] = results[i];
    top_ = bottom + results.size();
    return true;
  }

  bool open(FrameKind kind, BlockType type) {
    if (!pop(type.params)) return false;
    if (control_.size() > limit::nesting) [[unlikely]]
      return fail(ErrorId::implementation_limit, "more than " + std::to_string(limit::nesting) + " blocks within blocks");
    control_.push_back({type, height(), kind, false, live_, false});
    floor_ = top_;
    return push(type.params);
  }

  /// The end of a block's body, or of an arm: its results are on the stack, and nothing else.
  bool pop_results() {
    if (!pop(innermost().type.results)) return false;
    return top_ == floor_ || fail(ErrorId::type_mismatch, std::to_string(top_ - floor_) + " values too many at the end of a block");
  }

  /// Begins the else arm of the innermost block, whose then-arm has ended.
  bool turn() { return turn(FrameKind::else_, innermost().type.params); }
  /// Begins another arm of the innermost block, which starts out with these operands.
  bool turn(FrameKind kind, std::span<const ValueType> operands) {
    ControlFrame& frame = innermost();
    frame.targeted |= live_;
    frame.kind = kind;
    frame.polymorphic = false;
    live_ = frame.live;
    return push(operands);
  }

  /// Closes the innermost block, whose results have been popped. False only for a failure.
  bool close() {
    const ControlFrame frame = innermost();
    control_.pop_back();
    live_ = frame.live && (live_ || frame.targeted || frame.kind == FrameKind::if_);
    if (control_.empty()) return true;
    floor_ = bottom() + innermost().height;
    return push(frame.type.results);
  }

  /// No path goes on behind the instruction at hand.
  void diverge() {
    top_ = floor_;
    innermost().polymorphic = true;
    live_ = false;
  }

  /// A branch to `frame`: its operands are popped.
  bool pop_branch(ControlFrame& frame) {
    reach(frame);
    return pop(frame.label());
  }
  /// Notes that a branch leads to `frame`, if the code at hand can be reached.
  void reach(ControlFrame& frame) {
    if (frame.kind != FrameKind::loop) frame.targeted |= live_;
  }
  /// A branch that may not be taken leaves its operands, as the label's types.
  bool check_branch(ControlFrame& frame) { return pop_branch(frame) && push(frame.label()); }
  /// Whether the uppermost operands can be these; they stay.
  bool peek(std::span<const ValueType> types) {
    const std::size_t known = std::min<std::size_t>(types.size(), static_cast<std::size_t>(top_ - floor_));
    for (std::size_t i = 1; i <= known; ++i)
      if (!matches(*(top_ - i), types[types.size() - i])) return mismatch(types[types.size() - i], *(top_ - i));
    return known == types.size() || innermost().polymorphic ||
           fail(ErrorId::type_mismatch, "expected " + to_string(types[types.size() - known - 1]) + ", got nothing");
  }

  /// Whether a value of type `actual` may stand where `expected` is asked for (spec section 3.3.3).
  bool matches(ValueType actual, ValueType expected) { return types_.matches(actual, expected); }
  HeapType top(HeapType type) { return types_.top(type); }
  /// Pops a reference of whatever type; of `HeapType::bottom()` if nothing is known of it.
  bool pop_reference(ValueType& type) {
    if (!pop_any(type)) return false;
    if (type == ValueType::bottom) type = ValueType::reference(HeapType::bottom(), false);
    return type.is_reference() || fail(ErrorId::type_mismatch, "expected a reference, got " + to_string(type));
  }

  [[gnu::cold, gnu::noinline]] bool mismatch(ValueType expected, ValueType actual) {
    return fail(ErrorId::type_mismatch, "expected " + to_string(expected) + ", got " + to_string(actual));
  }

 private:
  [[gnu::noinline]] bool exchange(std::span<const ValueType> operands, std::span<const ValueType> results) { return pop(operands) && push(results); }

  [[gnu::noinline]] bool pop_rare(ValueType expected) {
    if (top_ == floor_) {
      return innermost().polymorphic || fail(ErrorId::type_mismatch, "expected " + to_string(expected) + ", got nothing");
    }
    if (!matches(top_[-1], expected)) return mismatch(expected, top_[-1]);
    --top_;
    return true;
  }

  ValueType* bottom() { return operands_.get() + below; }
  std::uint32_t height() { return static_cast<std::uint32_t>(top_ - bottom()); }

  /// Makes room for `more` operands, and for those of all instructions that push one.
  void reserve(std::size_t more) {
    const std::size_t height = top_ == nullptr ? 0 : this->height();
    const std::size_t needed = below + height + more + code_size_ + slack;
    if (needed <= capacity_) return;
    const std::size_t floor = floor_ == nullptr ? 0 : static_cast<std::size_t>(floor_ - bottom());
    const std::size_t capacity = std::max(needed, capacity_ + capacity_ / 2);
    // From calloc the pages that are never used cost nothing, and few are: operands are few, however long the function is.
    Operands larger(static_cast<ValueType*>(std::calloc(capacity, sizeof(ValueType))));
    if (larger == nullptr) throw std::bad_alloc();
    if (height != 0) std::copy_n(bottom(), height, larger.get() + below);
    operands_ = std::move(larger), capacity_ = capacity;
    top_ = bottom() + height;
    floor_ = bottom() + floor;
  }

  static constexpr std::size_t below = 8;  ///< room for a look at more operands than there are
  static constexpr std::size_t slack = 8;  ///< room for what an instruction pushes beyond its bytes

  struct Free {
    void operator()(ValueType* memory) const { std::free(memory); }
  };
  using Operands = std::unique_ptr<ValueType[], Free>;

  Operands operands_;                ///< as large as it has ever been; `top_` says how much of it is in use
  std::size_t capacity_ = 0;
  ValueType* top_ = nullptr;
  ValueType* floor_ = nullptr;       ///< where the innermost block's operands begin
  bool live_ = false;
  std::vector<ControlFrame> control_;
  std::size_t code_size_ = 0;
  std::optional<Error> error_;
  TypeMatching types_;
};

}  // namespace wasmer::reader
