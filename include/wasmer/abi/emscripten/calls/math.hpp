#pragma once
/// \file
/// What programs leave to JavaScript's mathematics, and the atomic operations that one thread needs none of.

#include <bit>
#include <cmath>
#include <cstdint>

#include <wasmer/abi/emscripten/state.hpp>

namespace wasmer::emscripten {

/// A function of C's for numbers of type T.
template <class T, T (*function)(T)> T of_one(State&, Guest, T x) { return function(x); }
template <class T, T (*function)(T, T)> T of_two(State&, Guest, T x, T y) { return function(x, y); }

/// asm.js's conversion: modulo 2^32, and nothing is too large.
inline std::int32_t f64_to_int(State&, Guest, double x) {
  if (!std::isfinite(x)) return 0;
  const double whole = std::fmod(std::trunc(x), 4294967296.0);
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(static_cast<std::int64_t>(whole)));
}
inline std::int32_t i32_division(State&, Guest, std::int32_t a, std::int32_t b) { return b == 0 ? 0 : b == -1 ? static_cast<std::int32_t>(0u - static_cast<std::uint32_t>(a)) : a / b; }
inline std::int32_t i32_remainder(State&, Guest, std::int32_t a, std::int32_t b) { return b == 0 || b == -1 ? 0 : a % b; }

inline double exp10_of(State&, Guest, double x) { return std::pow(10.0, x); }
inline double sqrt_of(State&, Guest, double x) { return std::sqrt(x); }

inline std::int64_t swap_bytes(State&, Guest, std::int64_t x) { return static_cast<std::int64_t>(__builtin_bswap64(static_cast<std::uint64_t>(x))); }

// Atomic operations of 64 bits: the number before. A cell that is not in the memory is a trap.
enum class Atomic { exchange, add, subtract, and_, or_, xor_ };
template <Atomic what> Result<std::int64_t> atomic_of_8(State&, Guest guest, GuestPointer<std::uint64_t> where, std::int64_t operand, std::int32_t) {
  const auto before = guest.load(where);
  if (!before) return Error(ErrorId::out_of_bounds_memory_access);
  const auto value = static_cast<std::uint64_t>(operand);
  const std::uint64_t after = what == Atomic::exchange ? value : what == Atomic::add ? *before + value : what == Atomic::subtract ? *before - value
                              : what == Atomic::and_ ? *before & value : what == Atomic::or_ ? *before | value : *before ^ value;
  (void)guest.store(where, after);
  return static_cast<std::int64_t>(*before);
}
inline Result<std::int64_t> atomic_load_8(State&, Guest guest, GuestPointer<std::uint64_t> where, std::int32_t) {
  const auto value = guest.load(where);
  if (!value) return Error(ErrorId::out_of_bounds_memory_access);
  return static_cast<std::int64_t>(*value);
}
inline Result<void> atomic_store_8(State&, Guest guest, GuestPointer<std::uint64_t> where, std::int64_t value, std::int32_t) {
  if (!guest.store(where, static_cast<std::uint64_t>(value))) return Error(ErrorId::out_of_bounds_memory_access);
  return success();
}
/// 1: what was expected was there, and now `wanted` is; 0: something else was, which is put where it was expected.
inline Result<std::int32_t> atomic_compare_exchange_8(State&, Guest guest, GuestPointer<std::uint64_t> where, GuestPointer<std::uint64_t> expected, std::int64_t wanted, std::int32_t,
                                                      std::int32_t) {
  const auto now = guest.load(where), hoped = guest.load(expected);
  if (!now || !hoped) return Error(ErrorId::out_of_bounds_memory_access);
  if (*now == *hoped) (void)guest.store(where, static_cast<std::uint64_t>(wanted));
  else (void)guest.store(expected, *now);
  return *now == *hoped ? 1 : 0;
}
inline std::int32_t atomic_is_lock_free(State&, Guest, std::int32_t size, std::int32_t) { return size <= 4 && std::has_single_bit(static_cast<std::uint32_t>(size)) ? 1 : 0; }

}  // namespace wasmer::emscripten
