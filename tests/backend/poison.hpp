#pragma once
/// \file
/// A test mode in which the upper half of every register that holds an i32 is full of rubbish: what makes an i32 is followed by instructions that leave its value and
/// change only what lies above it.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <wasmer/module/parse.hpp>
#include <wasmer/module/reader/scan.hpp>

#include "../fuzz/bytes.hpp"
#include "../fuzz/random.hpp"

namespace wasmer::tests {

inline constexpr std::uint64_t rubbish = 0xDEAD'BEEF'0000'0000;

namespace detail {

/// The body, with so many of its i32s poisoned. What can be fused with what follows it is so only where it is not poisoned.
inline fuzz::Bytes poisoned_body(reader::Immediates& in, const FunctionBody& body, std::uint32_t percent, fuzz::Random& random) {
  fuzz::Bytes out;
  std::uint64_t copied = 0;
  const auto copy = [&] {
    for (const std::uint64_t end = in.offset() - body.offset; copied < end; ++copied) out.byte(static_cast<std::uint64_t>(body.code[copied]));
  };
  in.begin(body, Features::all());
  for (std::uint32_t runs = in.length(); runs != 0; --runs) in.u32(), in.value_type();
  while (!in.at_end() && !in.failed()) {
    const std::uint8_t byte = in.u8();
    const std::uint8_t prefix = is_prefix(byte) ? byte : 0;
    const auto op = find(prefix, prefix == 0 ? byte : in.u32());
    if (!op || !reader::skip(in, info(*op).immediate)) break;
    copy();
    if (!info(*op).signature.ends_with(":i") || *op == Op::i32_const || !random.chance(percent)) continue;
    out.byte(info(Op::i64_extend_i32_u).code);
    out.byte(info(Op::i64_const).code), out.signed_leb(static_cast<std::int64_t>(rubbish));
    out.byte(info(Op::i64_or).code);
    out.byte(info(Op::i32_wrap_i64).code);
  }
  return out;
}

}  // namespace detail

/// The module `bytes` with poisoned bodies and without custom sections, in which offsets may stand. What is no module stays as it is.
inline std::vector<std::byte> poisoned(const std::vector<std::byte>& bytes, std::uint32_t percent = 100, std::uint64_t seed = 1) {
  constexpr std::size_t head = 8;
  const auto module = parse(bytes, Features::all());
  if (!module) return bytes;
  fuzz::Random random(seed);
  reader::Immediates in(module.value());
  fuzz::Bytes code, out;
  code.unsigned_leb(module.value().bodies.size());
  for (const FunctionBody& body : module.value().bodies) {
    code.sized(detail::poisoned_body(in, body, percent, random));
    if (in.failed()) return bytes;
  }
  for (std::size_t i = 0; i < head; ++i) out.byte(static_cast<std::uint64_t>(bytes[i]));
  for (std::size_t at = head; at < bytes.size();) {
    const auto id = static_cast<std::uint32_t>(bytes[at]);
    std::size_t next = at + 1, size = 0;
    for (unsigned shift = 0;; shift += 7) {
      const auto byte = static_cast<std::size_t>(bytes[next++]);
      size |= (byte & 0x7F) << shift;
      if (byte < 0x80) break;
    }
    next += size;
    if (id == static_cast<std::uint32_t>(SectionId::code)) out.section(id, code);
    else if (id != 0)
      for (std::size_t i = at; i < next; ++i) out.byte(static_cast<std::uint64_t>(bytes[i]));
    at = next;
  }
  return out.take();
}

}  // namespace wasmer::tests
