#pragma once
/// \file
/// Where to put machine code that this program calls and that calls it: not far from the program's own.

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <wasmer/support/once.hpp>

namespace wasmer::support {

/// An address for `bytes` of code, at most a few GiB from this program's own, another one each time until all have had their turn; 0 for very many bytes.
/// Whether something is there already only the system knows: this is a hint for VirtualMemory::reserve.
///
/// Processors keep few bits of a jump's target as long as the jump stays near. The system by itself puts memory terabytes away from a program, and
/// a call from there to the program and back takes half as long again (an AMD EPYC: 3.1 ns in place of 2.1; 1.7 within the program).
std::uintptr_t near_this_code(std::size_t bytes);

#if !defined(WASMER_COMPILED)

WASMER_ONCE std::uintptr_t near_this_code(std::size_t bytes) {
  constexpr std::uintptr_t page = 64 << 10, large_page = 2 << 20, margin = 64 << 20, span = std::uintptr_t{2} << 30;
  if (bytes > span / 4) return 0;
  // The first place is as random as the system makes the stack's.
  static std::atomic<std::uintptr_t> next{reinterpret_cast<std::uintptr_t>(&bytes) / 16 * page % span};
  const std::uintptr_t granule = bytes < large_page ? page : large_page;
  const auto round_up = [&](std::uintptr_t value) { return (value + granule - 1) & ~(granule - 1); };
  const std::uintptr_t size = round_up(bytes), offset = round_up(next.fetch_add(size + granule, std::memory_order_relaxed) % span);
  const std::uintptr_t own = reinterpret_cast<std::uintptr_t>(&near_this_code) & ~(large_page - 1);
  // A program at the lowest addresses has room only above itself, behind what its heap is likely to take.
  return own < 2 * span ? own + span + offset : own - margin - offset - size;
}

#endif

}  // namespace wasmer::support
