#pragma once
/// \file
/// Runs text modules with vectors in them under every set of instructions that their code is made for.

#include <array>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <wasmer/error.hpp>
#include <wasmer/vm/value.hpp>

namespace wasmer::tests {

/// Each has what those before it have; the last is all that the machine has.
inline constexpr std::array<std::string_view, 4> instruction_sets{"SSE4.1", "SSE4.2", "AVX", "all"};

/// A module compiled for one of the sets, and its instance. It may import from "env" the function "shuffle", which gives back its ten vectors and what
/// stands between them in another order, "noise", which changes every register that a callee may change, and the global "vector".
class VectorGuest {
 public:
  static Result<VectorGuest> make(std::size_t instruction_set, std::string_view text, bool explicit_bounds = false);
  Result<std::vector<Value>> call(std::string_view name, std::span<const Value> arguments = {}) const;
  std::span<std::byte> memory() const;

 private:
  struct State;
  explicit VectorGuest(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

/// Passed, failed and skipped assertions of a script of the official suite, and the first failure. What `change` makes of its modules is run in their place.
std::string run_script(std::size_t instruction_set, std::string_view text, std::vector<std::byte> (*change)(const std::vector<std::byte>&) = nullptr);

template <class T> constexpr std::size_t lanes_of = 16 / sizeof(T);
template <class T> using Lanes = std::array<T, lanes_of<T>>;
template <class T> V128 vector_of(const Lanes<T>& lanes) {
  V128 vector;
  std::memcpy(vector.bytes, lanes.data(), sizeof vector.bytes);
  return vector;
}
template <class T> Lanes<T> lanes_in(const V128& vector) {
  Lanes<T> lanes;
  std::memcpy(lanes.data(), vector.bytes, sizeof vector.bytes);
  return lanes;
}

/// A vector that differs for each seed and has bits set all over.
inline V128 mixed(std::uint64_t seed) {
  V128 vector;
  for (std::uint8_t& byte : vector.bytes) seed = seed * 6364136223846793005u + 1442695040888963407u, byte = static_cast<std::uint8_t>(seed >> 56);
  return vector;
}

/// Vectors as bytes in hexadecimal, the lowest first; numbers by their bits.
inline std::string to_hex(const Value& value) {
  std::string text;
  for (std::size_t i = 0; i < size_of(value.type()); ++i) {
    text += "0123456789abcdef"[value.v128().bytes[i] >> 4];
    text += "0123456789abcdef"[value.v128().bytes[i] & 15];
  }
  return text;
}
inline std::string to_hex(const Result<std::vector<Value>>& results) {
  if (!results.has_value()) return std::string(results.error().message());
  std::string text;
  for (const Value& value : results.assume_value()) text.append(text.empty() ? "" : " ").append(to_hex(value));
  return text;
}

/// `v128.const` with these bytes.
inline std::string constant(const V128& vector) {
  std::string text = "(v128.const i8x16";
  for (const std::uint8_t byte : vector.bytes) text += " " + std::to_string(byte);
  return text + ")";
}

/// One module under all sets of instructions.
class VectorGuests {
 public:
  explicit VectorGuests(std::string_view text, bool explicit_bounds = false) {
    for (std::size_t i = 0; i < instruction_sets.size(); ++i) guests_.push_back(VectorGuest::make(i, text, explicit_bounds));
  }
  /// What the call gives; when the sets differ, what each of them gives.
  std::string call(std::string_view name, std::initializer_list<Value> arguments = {}) const { return call(name, std::span(arguments.begin(), arguments.size())); }
  std::string call(std::string_view name, std::span<const Value> arguments) const {
    std::string first, all;
    bool same = true;
    for (std::size_t i = 0; i < guests_.size(); ++i) {
      const std::string words = guests_[i].has_value() ? to_hex(guests_[i].assume_value().call(name, arguments)) : guests_[i].error().message();
      if (i == 0) first = words;
      same = same && words == first;
      all += "\n  " + std::string(instruction_sets[i]) + ": " + words;
    }
    return same ? first : "the instruction sets differ:" + all;
  }
  const VectorGuest& operator[](std::size_t index) const { return guests_[index].value(); }

 private:
  std::vector<Result<VectorGuest>> guests_;
};

}  // namespace wasmer::tests
