#pragma once
/// \file
/// Copies and fills of guest memory that other threads may write, or read, at the same time. What guests race for, they get in any order and in pieces; to C++
/// it is a call that nobody looks into. ThreadSanitizer does, since it watches memmove and memset, and would hold the guest's races against us: there
/// the machine's own instructions do the work, which it does not see.

#include <cstddef>
#include <cstdint>
#include <cstring>

#include <wasmer/support/attributes.hpp>

namespace wasmer::vm {

/// memmove.
inline void copy_racing(std::byte* to, const std::byte* from, std::size_t count) {
#if defined(WASMER_TSAN)
  const bool downwards = reinterpret_cast<std::uintptr_t>(to) - reinterpret_cast<std::uintptr_t>(from) < count;
  if (downwards) to += count - 1, from += count - 1;
  if (downwards) asm volatile("std\n\trep movsb\n\tcld" : "+D"(to), "+S"(from), "+c"(count)::"memory", "cc");
  else asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count)::"memory");
#else
  // Neither pointer may be null, even for no bytes: an empty segment's is.
  if (count != 0) std::memmove(to, from, count);
#endif
}

/// memset.
inline void fill_racing(std::byte* to, std::byte value, std::size_t count) {
#if defined(WASMER_TSAN)
  asm volatile("rep stosb" : "+D"(to), "+c"(count) : "a"(value) : "memory");
#else
  if (count != 0) std::memset(to, static_cast<int>(value), count);
#endif
}

}  // namespace wasmer::vm
