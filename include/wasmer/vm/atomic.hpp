#pragma once
/// \file
/// Waiting for other threads and notifying them (threads proposal: memory.atomic.wait32, wait64 and notify). All other atomic instructions are the
/// machine's own.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include <wasmer/error.hpp>
#include <wasmer/vm/context.hpp>
#include <wasmer/vm/instance.hpp>
#include <wasmer/vm/memory.hpp>
#include <wasmer/vm/parking.hpp>

namespace wasmer::vm {

constexpr std::uint32_t atomic_trap_of(ErrorId id) { return atomic_trap | static_cast<std::uint32_t>(id); }

/// The place of an atomic access of `size` bytes, or null and the trap in `trap`.
inline std::byte* atomic_place(const Memory& memory, std::uint64_t offset, std::uint64_t address, std::size_t size, std::uint32_t& trap) {
  const std::span<std::byte> bytes = memory.bytes();
  const std::uint64_t at = address + offset;
  if (at % size != 0) trap = atomic_trap_of(ErrorId::unaligned_atomic);
  else if (at < offset || bytes.size() < size || at > bytes.size() - size) trap = atomic_trap_of(ErrorId::out_of_bounds_memory_access);
  else return bytes.data() + at;
  return nullptr;
}

/// Waits at `address` + `offset` if `expected` stands there: 0 when notified, 1 if something else stood there, 2 after `timeout` nanoseconds, which are
/// endless if negative; or a trap, which is `interrupted` when the store's interruption ended the wait.
template <class T>
std::uint32_t memory_atomic_wait(Instance& instance, std::uint32_t index, std::uint64_t offset, std::uint64_t address, T expected, std::int64_t timeout) {
  const Memory& memory = *instance.memories()[index];
  std::uint32_t trap = 0;
  std::byte* const place = atomic_place(memory, offset, address, sizeof(T), trap);
  if (place == nullptr) return trap;
  if (!memory.is_shared()) return atomic_trap_of(ErrorId::expected_shared_memory);
  const auto is_expected = [&] { return std::atomic_ref(*reinterpret_cast<T*>(place)).load(std::memory_order_seq_cst) == expected; };
  Waiter waiter(place);
  instance.store().park(waiter);
  const WaitEnd end = ParkingLot::of_process().wait(waiter, timeout, is_expected);
  instance.store().unpark();
  return end == WaitEnd::interrupted ? atomic_trap_of(ErrorId::interrupted) : static_cast<std::uint32_t>(end);
}

/// How many threads, of up to `count`, waited at `address` + `offset` and do so no longer; or a trap. Nobody waits at a memory that is not shared.
inline std::uint32_t memory_atomic_notify(Instance& instance, std::uint32_t index, std::uint64_t offset, std::uint64_t address, std::uint32_t count) {
  const Memory& memory = *instance.memories()[index];
  std::uint32_t trap = 0;
  const std::byte* const place = atomic_place(memory, offset, address, sizeof(std::uint32_t), trap);
  if (place == nullptr) return trap;
  return memory.is_shared() ? ParkingLot::of_process().notify(place, count) : 0;
}

}  // namespace wasmer::vm
