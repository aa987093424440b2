#pragma once
/// \file
/// How linear memory is checked: a choice that compiled code and the memories that it runs on must share.

#include <cstdint>

#include <wasmer/wasm/types.hpp>

namespace wasmer {

/// How linear memory is checked, a choice of the embedder's that compiled code depends on.
enum class Bounds : std::uint8_t {
  guard_pages,  ///< the whole 32-bit index space is reserved, and faults are traps
  explicit_,    ///< every access compares with the memory's length; reservations stay small
};

namespace vm {

/// Guard pages can stand for checks only where 32 bits index the memory and its pages are no smaller than the system's.
constexpr bool has_guard_pages(const MemoryType& type, Bounds bounds) {
  return bounds == Bounds::guard_pages && type.limits.address == AddressType::i32 && type.page_size_log2 >= 16;
}

/// Offsets (immediate plus access size) up to this need no check beside guard pages: base + 2^32 + this lies in the reservation.
inline constexpr std::uint64_t guarded_offset = std::uint64_t{2} << 30;

}  // namespace vm
}  // namespace wasmer
