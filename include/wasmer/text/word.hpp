#pragma once
/// \file
/// Keywords: those of the table of opcodes and those of words.def, found by one perfect look-up.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <wasmer/wasm/opcode.hpp>

namespace wasmer::text {

/// A keyword. The instructions come first, by their row in the table of opcodes; then the words of words.def.
enum class Word : std::uint16_t {
  last_op_ = ops.size() - 1,
#define WASM_WORD(id, text) id,
#include <wasmer/text/words.def>
#undef WASM_WORD
  unknown,
};

/// The keyword that is the name of `op`.
constexpr Word word(Op op) { return static_cast<Word>(op); }

/// The instruction that `word` is the name of. Where two share it (select, ref.test, ref.cast), the first of the table.
constexpr std::optional<Op> op_of(Word word) {
  if (word > Word::last_op_) return std::nullopt;
  return static_cast<Op>(word);
}

namespace detail {

inline constexpr std::array words = {
#define WASM_WORD(id, text) std::string_view(text),
#include <wasmer/text/words.def>
#undef WASM_WORD
};

constexpr std::size_t word_count = ops.size() + words.size();
constexpr std::string_view word_text(std::size_t word) { return word < ops.size() ? ops[word].text : words[word - ops.size()]; }

constexpr std::uint32_t word_hash(std::string_view text) {
  std::uint32_t hash = static_cast<std::uint32_t>(text.size());
  for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x01000193;
  return hash ^ hash >> 15;
}

/// Open addressing; a slot holds word + 1. Less than half full, so that a miss ends soon.
inline constexpr std::size_t word_slots = 2048;
static_assert(word_count < word_slots / 2);

consteval std::array<std::uint16_t, word_slots> make_word_table() {
  std::array<std::uint16_t, word_slots> slots{};
  for (std::size_t i = 0; i < word_count; ++i) {
    std::size_t slot = word_hash(word_text(i)) % word_slots;
    while (slots[slot] != 0 && word_text(slots[slot] - 1u) != word_text(i)) slot = (slot + 1) % word_slots;
    if (slots[slot] == 0) slots[slot] = static_cast<std::uint16_t>(i + 1);
  }
  return slots;
}
inline constexpr auto word_table = make_word_table();

}  // namespace detail

/// The keyword that `text` is, or `Word::unknown`.
constexpr Word find_word(std::string_view text) {
  for (std::size_t slot = detail::word_hash(text) % detail::word_slots; detail::word_table[slot] != 0; slot = (slot + 1) % detail::word_slots)
    if (const std::size_t row = detail::word_table[slot] - 1u; detail::word_text(row) == text) return static_cast<Word>(row);
  return Word::unknown;
}

}  // namespace wasmer::text
