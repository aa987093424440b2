#pragma once
/// \file
/// Decodes instructions without validating them, on the way to an error: which one a module has depends on whether what follows can be decoded.

#include <utility>

#include <wasmer/module/reader/immediates.hpp>

namespace wasmer::reader {

/// Moves behind an immediate of the given kind.
inline bool skip(Immediates& in, Immediate kind) {
  bool decoded = false;
  const auto one = [&]<Immediate candidate>([[maybe_unused]] kind_t<candidate> tag) {
    if (candidate != kind) return false;
    Decoded<candidate> value{};
    if constexpr (candidate == Immediate::block) decoded = in.skip_block_type();
    else if constexpr (candidate == Immediate::block_catch) decoded = in.skip_block_type() && in.clauses(value.clauses);
    else decoded = in.decode(tag, value);
    return true;
  };
  [&]<std::size_t... i>(std::index_sequence<i...>) {
    static_cast<void>((one(kind_t<static_cast<Immediate>(i)>{}) || ...));
  }(std::make_index_sequence<static_cast<std::size_t>(Immediate::zero) + 1>{});
  return decoded;
}

/// Moves behind the `end` that closes `depth` open blocks.
inline bool skip_to_end(Immediates& in, std::uint32_t depth) {
  while (depth != 0) {
    const std::uint64_t start = in.offset();
    if (in.at_end()) return in.missing_end();
    const std::uint8_t byte = in.u8();
    const std::uint8_t prefix = is_prefix(byte) ? byte : 0;
    const std::uint32_t code = prefix == 0 ? byte : in.u32();
    if (in.failed()) return false;
    const std::optional<Op> op = find(prefix, code);
    if (!op) return in.fail(ErrorId::illegal_opcode, start, illegal_opcode_detail(prefix, code));
    if (!skip(in, info(*op).immediate)) return false;
    if (info(*op).immediate == Immediate::block || info(*op).immediate == Immediate::block_catch) ++depth;
    if (*op == Op::end || *op == Op::delegate) --depth;
  }
  return true;
}

/// Whether a whole body can be decoded.
inline bool skip_body(Immediates& in) {
  const std::uint32_t runs = in.length();
  for (std::uint32_t i = 0; i < runs && !in.failed(); ++i) in.u32(), in.value_type();
  return !in.failed() && skip_to_end(in, 1) && (in.at_end() || in.fail(ErrorId::section_size_mismatch, in.offset()));
}

}  // namespace wasmer::reader
