#pragma once
/// \file
/// The vector constants of one function. A `Value` has room for an index, not for sixteen bytes; instructions read those from behind the code.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include <wasmer/backend/masm/masm.hpp>
#include <wasmer/wasm/types.hpp>

namespace wasmer::singlepass {

class VectorLiterals {
 public:
  /// The index of the vector whose bits are all zero.
  static constexpr std::uint32_t zero = 0;

  VectorLiterals() : literals_(1) {}

  /// Starts a function.
  void begin() {
    count_ = 1;
    literals_[zero].label.reset();
  }

  /// The index of `value`, which may be one that it had before.
  std::uint32_t add(const V128& value) {
    constexpr std::size_t recent = 8;
    if (value == V128{}) return zero;
    for (std::size_t i = count_; i-- > 1 && i + recent >= count_;)
      if (literals_[i].value == value) return static_cast<std::uint32_t>(i);
    if (count_ == literals_.size()) literals_.emplace_back();
    literals_[count_] = {value, {}};
    return static_cast<std::uint32_t>(count_++);
  }
  const V128& operator[](std::uint64_t index) const { return literals_[index].value; }
  /// Where the code will have it, aligned. Good until another one is added.
  masm::Label& label(std::uint64_t index) { return literals_[index].label; }
  masm::Label& label(const V128& value) { return label(add(value)); }

  /// Writes those that code refers to.
  void emit(masm::Masm& masm) {
    bool aligned = false;
    for (std::size_t i = 0; i < count_; ++i) {
      if (!literals_[i].label.is_used()) continue;
      if (!aligned) masm.align(sizeof(V128)), aligned = true;
      masm.bind(literals_[i].label);
      std::uint64_t halves[2];
      std::memcpy(halves, literals_[i].value.bytes, sizeof halves);
      masm.word64(halves[0]), masm.word64(halves[1]);
    }
  }

 private:
  struct Literal {
    V128 value;
    masm::Label label;
  };
  std::vector<Literal> literals_;
  std::size_t count_ = 1;
};

}  // namespace wasmer::singlepass
