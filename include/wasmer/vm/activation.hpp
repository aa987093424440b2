#pragma once
/// \file
/// What is active in a store: the few words that the entry thunk, the adapters and the unwinder share.

#include <cstddef>
#include <cstdint>

#include <wasmer/vm/context.hpp>

namespace wasmer::vm {

struct ExceptionInstance;

/// The first words of a Store. The assembly of entry.hpp knows their offsets.
struct Activation {
  Entry target = nullptr;         ///< where the entry thunk goes next
  std::uintptr_t* entry = nullptr;  ///< the innermost entry thunk's frame (EntryFrame), null when no guest code is on the stack
  std::uintptr_t* exit = nullptr;   ///< the frame of the adapter that was entered last: {caller's rbp, return address}
  ExceptionInstance* thrown = nullptr;  ///< what a host function throws, on its way from the adapter to the unwinder
  std::uintptr_t throw_site = 0;    ///< where that host function was called: its own return address has given way
  bool failed = false;              ///< an error waits to be taken by the C++ code that the thunk returns to
};

static_assert(offsetof(Activation, target) == 0 && offsetof(Activation, entry) == 8 && offsetof(Activation, exit) == 16);

/// The words that `Activation::entry` points to.
struct EntryFrame {
  std::uintptr_t* outer_exit;
  std::uintptr_t* outer_entry;
  Activation* activation;
  std::uintptr_t r15, r14, r13, r12, rbx;
  std::uintptr_t* outer_frame;  ///< what rbp points to while the guest code entered here runs
  std::uintptr_t return_address;
};

/// The frame pointer of the entry thunk whose frame begins at `entry`.
inline const std::uintptr_t* frame_pointer(const std::uintptr_t* entry) { return entry + offsetof(EntryFrame, outer_frame) / sizeof(std::uintptr_t); }

}  // namespace wasmer::vm
